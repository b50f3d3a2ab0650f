//! What lists are searched for.

use kernel::Text;
use kernel::text::InvalidText;
use serde::Deserialize;

/// A part of a name or a title, of at most 100 characters. An empty one is found everywhere, and so is
/// like none at all: the web client sends the search field as it is.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Keyword(pub Option<String>);

impl TryFrom<String> for Keyword {
    type Error = InvalidText;

    fn try_from(raw: String) -> Result<Self, InvalidText> {
        match Text::<100>::try_from(raw) {
            Ok(text) => Ok(Self(Some(text.into_string()))),
            Err(InvalidText::Empty) => Ok(Self(None)),
            Err(refused) => Err(refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_bounded_and_an_empty_one_is_none() {
        assert_eq!(Keyword::try_from("부산".to_owned()), Ok(Keyword(Some("부산".to_owned()))));
        assert_eq!(Keyword::try_from(String::new()), Ok(Keyword(None)));
        assert_eq!(Keyword::try_from("a".repeat(101)), Err(InvalidText::TooLong(100)));
        assert_eq!(Keyword::try_from("a\0".to_owned()), Err(InvalidText::Nul));
    }
}
