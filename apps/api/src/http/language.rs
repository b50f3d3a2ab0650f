//! The language of what people read: Korean, unless the request prefers English.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// A language that messages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// What the product's users speak.
    #[default]
    Korean,
    /// For those who prefer it.
    English,
}

impl Language {
    /// The language that an `Accept-Language` header prefers. Of two with the same weight the first one
    /// wins; whatever is neither Korean nor English, a wildcard included, asks for Korean.
    pub fn preferred(headers: &HeaderMap) -> Self {
        let mut best = (0_u16, Self::Korean);
        for value in headers.get_all(ACCEPT_LANGUAGE).filter_map(|value| value.to_str().ok()) {
            for range in value.split(',') {
                let Some((language, weight)) = understand(range) else { continue };
                if weight > best.0 {
                    best = (weight, language);
                }
            }
        }
        best.1
    }
}

/// One language range with its weight in thousandths, if it is about a language that we speak.
fn understand(range: &str) -> Option<(Language, u16)> {
    let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
    let primary = tag.trim().split('-').next()?;
    let language = match primary.to_ascii_lowercase().as_str() {
        "en" => Language::English,
        "ko" | "*" => Language::Korean,
        _ => return None,
    };
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(q) => q.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))?,
        None => 1.0,
    };
    Some((language, thousandths(weight)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the weight is from 0 to 1")]
fn thousandths(weight: f32) -> u16 {
    (weight * 1000.0).round() as u16
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn preferred(header: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
        Language::preferred(&headers)
    }

    #[test]
    fn english_is_spoken_to_those_who_prefer_it() {
        for header in ["en", "en-US,ko;q=0.5", "ko;q=0.8, en-GB;q=0.9", "EN", "de, en;q=0.1", "ko;q=0,en"] {
            assert_eq!(preferred(header), Language::English, "{header}");
        }
    }

    #[test]
    fn everybody_else_reads_korean() {
        for header in
            ["", "ko-KR,ko;q=0.9,en-US;q=0.8", "de", "*", "en;q=0", "en;q=2", "en;q=x", "ko,en", "ende"]
        {
            assert_eq!(preferred(header), Language::Korean, "{header}");
        }
        assert_eq!(Language::preferred(&HeaderMap::new()), Language::Korean);
    }
}
