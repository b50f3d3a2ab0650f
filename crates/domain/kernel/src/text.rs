//! Text from outside, bounded.

use std::fmt;

use serde::Serialize;

/// A text of 1 to `MAX` characters (Unicode scalar values), without NUL (which PostgreSQL can't keep).
/// Nothing is trimmed: the client gets back what it sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// There is nothing in it.
    #[error("must not be empty")]
    Empty,
    /// It has more than the allowed characters.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// It holds a NUL character.
    #[error("must not contain NUL characters")]
    Nul,
}

impl<const MAX: usize> Text<MAX> {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = InvalidText;

    fn try_from(raw: String) -> Result<Self, InvalidText> {
        if raw.is_empty() {
            return Err(InvalidText::Empty);
        }
        if raw.contains('\0') {
            return Err(InvalidText::Nul);
        }
        // No text has more characters than bytes, so most need no counting.
        if raw.len() > MAX && raw.chars().count() > MAX {
            return Err(InvalidText::TooLong(MAX));
        }
        Ok(Self(raw))
    }
}

impl<const MAX: usize> TryFrom<&str> for Text<MAX> {
    type Error = InvalidText;

    fn try_from(raw: &str) -> Result<Self, InvalidText> {
        raw.to_owned().try_into()
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert!(Text::<3>::try_from("여행가").is_ok());
        assert_eq!(Text::<3>::try_from("여행가자"), Err(InvalidText::TooLong(3)));
    }

    #[test]
    fn empty_text_and_nul_are_refused_but_blanks_are_kept() {
        assert_eq!(Text::<9>::try_from(""), Err(InvalidText::Empty));
        assert_eq!(Text::<9>::try_from("a\0b"), Err(InvalidText::Nul));
        assert_eq!(Text::<9>::try_from(", ").unwrap().as_str(), ", ");
    }
}
