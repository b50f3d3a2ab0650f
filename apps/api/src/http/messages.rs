//! The sentences that people read when something is refused, in Korean and English.
//!
//! A new code gets a line in `catalogue`; a test finds every code in the sources and fails for one
//! without a line. A new message about a field gets a line in `fields`.

mod catalogue;
mod fields;

use kernel::{Code, Kind};

use super::error::status_of;
use super::language::Language;

pub use catalogue::CATALOGUE;
pub use fields::field_message;

/// What a code means to a person.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    /// The status that it is answered with.
    pub status: u16,
    /// The stable name of the refusal.
    pub code: &'static str,
    /// The sentence in Korean. `{detail}` becomes ` (…)` with what the refusal adds, or nothing.
    pub korean: &'static str,
    /// The sentence in English.
    pub english: &'static str,
}

impl Sentence {
    /// The sentence in one language, without the detail of a particular refusal.
    pub fn plain(&self, language: Language) -> String {
        self.with(None, language)
    }

    fn with(&self, detail: Option<&str>, language: Language) -> String {
        let sentence = match language {
            Language::Korean => self.korean,
            Language::English => self.english,
        };
        let detail = detail.map_or(String::new(), |detail| format!(" ({detail})"));
        sentence.replace("{detail}", &detail)
    }
}

/// The line of the catalogue for a code.
pub fn find(code: &str) -> Option<&'static Sentence> {
    CATALOGUE.iter().find(|sentence| sentence.code == code)
}

/// The sentence for a code; one that the catalogue doesn't know gets the sentence of its kind.
pub fn sentence(code: Code, detail: Option<&str>, language: Language) -> String {
    let general = Sentence { code: code.name, status: status_of(code.kind).as_u16(), ..of_kind(code.kind) };
    find(code.name).unwrap_or(&general).with(detail, language)
}

const fn of_kind(kind: Kind) -> Sentence {
    let (korean, english) = match kind {
        Kind::Invalid => ("요청을 처리할 수 없습니다{detail}.", "The request can't be granted{detail}."),
        Kind::Unauthenticated => ("로그인이 필요합니다.", "Please log in."),
        Kind::Forbidden => ("권한이 없습니다.", "You may not do this."),
        Kind::NotFound => ("찾을 수 없습니다.", "There is no such thing."),
        Kind::Conflict => ("이미 처리된 요청입니다{detail}.", "This has been done already{detail}."),
        Kind::TooMany => (
            "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
            "Too many requests. Please try again later.",
        ),
        Kind::Unavailable | Kind::Contended => (
            "일시적으로 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.",
            "This is not available right now. Please try again in a moment.",
        ),
        Kind::Internal => (
            "서버에 문제가 발생했습니다. 잠시 후 다시 시도해 주세요.",
            "Something went wrong on our side. Please try again later.",
        ),
    };
    Sentence { status: 0, code: "", korean, english }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The Rust sources in a folder, one after the other.
    fn sources(directory: &Path) -> String {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
        entries
            .map(|path| match path.extension() {
                _ if path.is_dir() => sources(&path),
                Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
                _ => String::new(),
            })
            .collect()
    }

    /// Those of everything below the API.
    fn crates() -> String {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates"))
    }

    /// Every `Code::kind("NAME")` below the API, with the status of its kind.
    fn codes_in_crates() -> BTreeSet<(String, u16)> {
        crates().split("Code::").skip(1).filter_map(read_code).collect()
    }

    fn read_code(after_path: &str) -> Option<(String, u16)> {
        let (constructor, argument) = after_path.split_once('(')?;
        let name = argument.trim_start().strip_prefix('"')?.split('"').next()?;
        let kind = match constructor {
            "invalid" => Kind::Invalid,
            "unauthenticated" => Kind::Unauthenticated,
            "forbidden" => Kind::Forbidden,
            "not_found" => Kind::NotFound,
            "conflict" => Kind::Conflict,
            "too_many" => Kind::TooMany,
            "unavailable" => Kind::Unavailable,
            "contended" => Kind::Contended,
            "internal" => Kind::Internal,
            _ => return None,
        };
        Some((name.to_owned(), status_of(kind).as_u16()))
    }

    #[test]
    fn every_code_in_the_domain_has_its_sentence_and_status() {
        let codes = codes_in_crates();
        // From the domain, from `auth` and from `payment`: the sources were read.
        for known in [
            "PLAN_NOT_DUE",
            "SESSION_ENDED",
            "HASHING_OVERLOADED",
            "PAYMENT_DECLINED",
            "WEBHOOK_MALFORMED",
            "STORE_CONTENDED",
        ] {
            assert!(codes.iter().any(|(code, _)| code == known), "{known} is in the sources");
        }
        let unknown: Vec<_> = codes
            .iter()
            .filter(|(code, status)| find(code).is_none_or(|sentence| sentence.status != *status))
            .collect();
        assert!(unknown.is_empty(), "not in the catalogue, or with another status: {unknown:?}");
    }

    #[test]
    fn every_sentence_belongs_to_a_code() {
        let sources = crates() + &sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"));
        let unused: Vec<_> = CATALOGUE
            .iter()
            .map(|sentence| sentence.code)
            .filter(|code| !sources.contains(&format!("(\"{code}\")")))
            .collect();
        assert!(unused.is_empty(), "nothing answers these: {unused:?}");
    }

    #[test]
    fn what_the_domain_says_of_fields_is_said_in_korean_too() {
        let crates = crates();
        let messages = crates.split("#[error(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let of_fields: BTreeSet<String> =
            messages.filter(|message| message.starts_with("must ")).map(filled).collect();
        assert!(of_fields.len() > 8, "the sources were read: {of_fields:?}");
        for message in of_fields {
            let korean = field_message(&message, Language::Korean);
            assert!(korean.contains(|c| ('가'..='힣').contains(&c)), "{message} has no line in `fields`");
        }
    }

    /// The message with a value in the place of each `{…}`.
    fn filled(message: &str) -> String {
        let (before, rest) = message.split_once('{').unwrap_or((message, ""));
        match rest.split_once('}') {
            Some((_, after)) => format!("{before}1{}", filled(after)),
            None => message.to_owned(),
        }
    }

    #[test]
    fn every_code_has_one_line_with_a_sentence_in_each_language() {
        let mut seen = BTreeSet::new();
        for line in CATALOGUE {
            assert!(seen.insert(line.code), "{} is there twice", line.code);
            for language in [Language::Korean, Language::English] {
                assert!(
                    line.plain(language).ends_with('.'),
                    "{}: a sentence ends with a full stop",
                    line.code
                );
            }
            assert!(line.korean.contains(|c| ('가'..='힣').contains(&c)), "{} is Korean", line.code);
            assert!(line.english.is_ascii(), "{} is English", line.code);
        }
    }

    #[test]
    fn a_detail_is_added_where_the_sentence_has_room_for_it() {
        let code = Code::invalid("PLAN_NOT_PENDING");
        let plain = sentence(code, None, Language::English);
        let detailed = sentence(code, Some("CONFIRMED"), Language::English);
        assert!(!plain.contains("detail") && !plain.contains('('), "{plain}");
        assert!(detailed.contains(" (CONFIRMED)"), "{detailed}");
    }

    #[test]
    fn a_code_without_a_sentence_gets_that_of_its_kind() {
        let code = Code::conflict("NEVER_HEARD_OF");
        assert_eq!(sentence(code, None, Language::English), "This has been done already.");
        assert_eq!(sentence(code, Some("x"), Language::Korean), "이미 처리된 요청입니다 (x).");
    }
}
