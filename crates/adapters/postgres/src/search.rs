//! Searching for a part of a text, in whatever case.
//!
//! What is searched is kept a second time without differences of case (`users.nick_name_key`,
//! `plans.title_key`), and keywords are folded in the same way. So what is found doesn't depend on the
//! locale of the database, which in the worst case (`C`) knows the case of ASCII letters only.

use std::ops::RangeInclusive;

/// The text without differences of case. Letter by letter, unlike [`str::to_lowercase`], so that a part of
/// a text folds to a part of the folded text whatever stands around it.
pub(crate) fn folded(text: &str) -> String {
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

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sought {
    /// To be found by the index of trigrams, by what a text is `LIKE`.
    Like(String),
    /// To be found by looking at every text, as it stands there: of so little the index knows nothing.
    Brief(String),
}

impl Sought {
    /// `None` if no text can hold the keyword: PostgreSQL keeps no NUL.
    pub(crate) fn of(keyword: &str) -> Option<Self> {
        let keyword = folded(keyword);
        if keyword.contains('\0') {
            None
        } else if has_a_trigram(&keyword) {
            Some(Self::Like(containing(&keyword)))
        } else {
            Some(Self::Brief(keyword))
        }
    }
}

/// The pattern of texts that hold the keyword.
fn containing(keyword: &str) -> String {
    let mut like = String::with_capacity(keyword.len() + 2);
    like.push('%');
    for letter in keyword.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            like.push('\\');
        }
        like.push(letter);
    }
    like.push('%');
    like
}

/// Whether three letters or digits stand in a row.
fn has_a_trigram(keyword: &str) -> bool {
    keyword.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.chars().nth(2).is_some())
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
    fn wildcards_are_just_letters() {
        assert_eq!(Sought::of("Seoul"), Some(Sought::Like("%seoul%".to_owned())));
        assert_eq!(Sought::of("100%_\\"), Some(Sought::Like("%100\\%\\_\\\\%".to_owned())));
        assert_eq!(Sought::of("%_\\"), Some(Sought::Brief("%_\\".to_owned())));
    }

    #[test]
    fn no_text_holds_a_nul() {
        assert_eq!(Sought::of("a\0b"), None);
    }

    #[test]
    fn the_index_is_asked_for_three_letters_in_a_row() {
        for (keyword, is_indexed) in [
            ("서울여", true),
            ("a1b", true),
            ("서울", false),
            ("강 n", false),
            ("%%%", false),
            ("in 서울역", true),
        ] {
            assert_eq!(matches!(Sought::of(keyword), Some(Sought::Like(_))), is_indexed, "{keyword}");
        }
    }
}
