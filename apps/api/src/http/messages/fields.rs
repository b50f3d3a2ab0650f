//! What is wrong with a field, in Korean. The domain says it in English, as the end of a sentence that
//! begins with the field's name.

use crate::http::language::Language;

/// English and Korean; `{}` stands for whatever the message holds at that place.
const MESSAGES: &[(&str, &str)] = &[
    ("is required", "필수 항목입니다"),
    ("is required to change it", "바꾸려면 현재 비밀번호가 필요합니다"),
    ("must be given once", "한 번만 보낼 수 있습니다"),
    ("must be JSON", "JSON이어야 합니다"),
    ("must be a JSON object", "JSON 객체여야 합니다"),
    ("must be true", "true여야 합니다"),
    ("must be true or false", "true 또는 false여야 합니다"),
    ("must be an id", "올바른 ID가 아닙니다"),
    ("must be a whole number", "정수여야 합니다"),
    ("must be a whole number from {} to {}", "{} 이상 {} 이하의 정수여야 합니다"),
    ("must be a multiple of {} from {} to {}", "{}의 배수로 {} 이상 {} 이하여야 합니다"),
    ("must be an e-mail address", "올바른 이메일 주소가 아닙니다"),
    ("must be KRW", "KRW여야 합니다"),
    (
        "must be a date (2031-05-06) or a date-time (2031-05-05T15:00:00.000Z) in the years 1970 to 9998",
        "1970년부터 9998년까지의 날짜(2031-05-06) 또는 일시(2031-05-05T15:00:00.000Z)여야 합니다",
    ),
    ("must be {} to {} characters of A-Z, a-z, 0-9, _ and -", "{}~{}자의 영문, 숫자, _, -만 쓸 수 있습니다"),
    ("must have {} to {} characters", "{}~{}자여야 합니다"),
    ("must have at least one entry", "하나 이상 골라야 합니다"),
    ("must have at most {} characters", "최대 {}자까지 쓸 수 있습니다"),
    ("must have at most {} bytes", "최대 {}바이트까지 쓸 수 있습니다"),
    ("must not be empty", "비워 둘 수 없습니다"),
    ("must not contain NUL characters", "NUL 문자를 쓸 수 없습니다"),
    ("unknown value; expected one of {}", "알 수 없는 값입니다. 다음 중 하나여야 합니다: {}"),
    ("must be {}", "형식이 올바르지 않습니다 ({})"),
];

/// The message in the caller's language; one that the table doesn't know stays as it is.
pub fn field_message(english: &str, language: Language) -> String {
    match language {
        Language::English => english.to_owned(),
        Language::Korean => MESSAGES
            .iter()
            .find_map(|(pattern, korean)| Some(fill(korean, &holes(pattern, english)?)))
            .unwrap_or_else(|| english.to_owned()),
    }
}

/// What stands in the holes of the pattern, if the text fits it.
fn holes<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        // The last part ends the text; one in between ends at its first occurrence.
        let (hole, after) = match parts.peek() {
            None => (rest.strip_suffix(part)?, ""),
            Some(_) => rest.split_once(part)?,
        };
        found.push(hole);
        rest = after;
    }
    rest.is_empty().then_some(found)
}

fn fill(pattern: &str, holes: &[&str]) -> String {
    holes.iter().fold(pattern.to_owned(), |text, hole| text.replacen("{}", hole, 1))
}

#[cfg(test)]
mod tests {
    use kernel::text::InvalidText;

    use super::*;

    #[test]
    fn what_the_domain_says_of_a_field_is_said_in_korean() {
        for (english, korean) in [
            (InvalidText::TooLong(20).to_string(), "최대 20자까지 쓸 수 있습니다"),
            (InvalidText::Empty.to_string(), "비워 둘 수 없습니다"),
            ("must be a whole number from 1 to 100".to_owned(), "1 이상 100 이하의 정수여야 합니다"),
            ("must be a whole number".to_owned(), "정수여야 합니다"),
            ("must be a boolean".to_owned(), "형식이 올바르지 않습니다 (a boolean)"),
        ] {
            assert_eq!(field_message(&english, Language::Korean), korean);
            assert_eq!(field_message(&english, Language::English), english);
        }
    }

    #[test]
    fn an_unknown_message_stays_as_it_is() {
        assert_eq!(field_message("is odd", Language::Korean), "is odd");
    }
}
