//! What the queries ask of a row and SQLite can't answer: its own `LIKE` and `lower` know the case of
//! ASCII letters only. The functions are for queries alone, never for indexes, triggers or checks, so that
//! the file stays usable for programs without them.

use std::ops::RangeInclusive;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::FromSqlError;

/// Makes the functions known to a connection:
/// - `contains_folded(text, keyword)`: whether `keyword`, which is folded already, is a part of `text` in
///   whatever case;
/// - `share_a_name(names, wanted)`: whether two JSON arrays of enum names have one in common.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let pure =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("contains_folded", 2, pure, |context| {
        Ok(folded(text(context, 0)?).contains(text(context, 1)?))
    })?;
    connection.create_scalar_function("share_a_name", 2, pure, |context| {
        Ok(share_a_name(text(context, 0)?, text(context, 1)?))
    })
}

/// The text without differences of case. Letter by letter, unlike [`str::to_lowercase`], so that a part of
/// a text folds to a part of the folded text whatever stands around it.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        // Most texts are in these two, in which there is nothing to look up.
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else if HANGUL.contains(&letter) {
            folded.push(letter);
        } else {
            folded.extend(letter.to_lowercase());
        }
    }
    folded
}

/// Korean syllables, which have no case.
const HANGUL: RangeInclusive<char> = '가'..='힣';

/// No name has a comma or a quotation mark in it, so each is found with its own marks around it.
fn share_a_name(names: &str, wanted: &str) -> bool {
    wanted.trim_matches(['[', ']']).split(',').any(|quoted| !quoted.is_empty() && names.contains(quoted))
}

fn text<'a>(context: &'a Context<'_>, argument: usize) -> Result<&'a str, FromSqlError> {
    context.get_raw(argument).as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_in_every_script() {
        for (text, keyword) in [
            ("Seoul WALK", "seoul w"),
            ("ÉCLAIR à Séoul", "éclair À SÉOUL"),
            ("ΟΔΟΣ", "οδοσ"),
            ("МОСКВА", "москва"),
            ("한강 Night", "강 n"),
            ("100%_off", "%_OFF"),
        ] {
            assert!(folded(text).contains(&folded(keyword)), "{text} has {keyword}");
        }
        assert!(!folded("한강").contains(&folded("환")));
    }

    #[test]
    fn names_are_compared_whole() {
        let names = r#"["GYEONGBUK","SEOUL"]"#;
        assert!(share_a_name(names, r#"["JEJU","SEOUL"]"#));
        assert!(share_a_name(names, r#"["GYEONGBUK"]"#));
        assert!(!share_a_name(names, r#"["GYEONGNAM","JEJU"]"#));
        assert!(!share_a_name(names, r#"["SEO"]"#));
        assert!(!share_a_name(names, "[]"));
    }
}
