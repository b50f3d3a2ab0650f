//! What a stored file is called.

use std::fmt;

use kernel::{MessageId, RoomId};

use crate::media_type::MediaType;

/// The name of a stored file: a relative path of lower-case letters, digits, `-`, `.` and `/`, such as
/// `chat/<room>/<message>.jpg`. It is safe to join to a folder and to put into a URL as it is: no part
/// of it is empty or begins with a dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaKey(String);

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a file")]
pub struct InvalidKey;

impl MediaKey {
    /// The most bytes of a key.
    pub const MAX_BYTES: usize = 255;

    /// The key of the file in a chat message.
    pub fn of_message(room: RoomId, message: MessageId, media_type: MediaType) -> Self {
        Self(format!("chat/{room}/{message}.{}", media_type.extension()))
    }

    /// The key itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type of the file, which its key ends with; `None` if it's not one that we accept.
    pub fn media_type(&self) -> Option<MediaType> {
        let (_, extension) = self.0.rsplit_once('.')?;
        MediaType::ALL.into_iter().find(|candidate| candidate.extension() == extension)
    }
}

impl TryFrom<String> for MediaKey {
    type Error = InvalidKey;

    fn try_from(raw: String) -> Result<Self, InvalidKey> {
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(is_allowed);
        let is_key = raw.len() <= Self::MAX_BYTES && raw.split('/').all(is_part);
        if is_key { Ok(Self(raw)) } else { Err(InvalidKey) }
    }
}

impl TryFrom<&str> for MediaKey {
    type Error = InvalidKey;

    fn try_from(raw: &str) -> Result<Self, InvalidKey> {
        raw.to_owned().try_into()
    }
}

impl fmt::Display for MediaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::a_key;

    #[test]
    fn the_key_of_a_message_says_where_it_belongs_and_what_it_is() {
        for media_type in MediaType::ALL {
            let key = a_key(media_type);
            assert!(key.as_str().starts_with("chat/"));
            assert_eq!(key.media_type(), Some(media_type));
            assert_eq!(MediaKey::try_from(key.as_str()), Ok(key));
        }
    }

    #[test]
    fn what_leads_out_of_the_folder_or_needs_escaping_is_no_key() {
        let too_long = "a".repeat(MediaKey::MAX_BYTES + 1);
        for bad in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            ".hidden",
            "a/.b",
            "A",
            "a b",
            "a\\b",
            "a%2e",
            "a?b",
            "a:b",
            "a\0",
            "여행",
            "a_b",
            too_long.as_str(),
        ] {
            assert_eq!(MediaKey::try_from(bad), Err(InvalidKey), "{bad:?}");
        }
        assert_eq!(MediaKey::try_from("a.b..c-1").unwrap().media_type(), None);
    }

    proptest! {
        #[test]
        fn a_key_never_leads_out_of_the_folder_it_is_joined_to(raw in "[a-z./\\-]{0,20}") {
            if let Ok(key) = MediaKey::try_from(raw) {
                let joined = std::path::Path::new("/media").join(key.as_str());
                let is_plain = |part| matches!(part, std::path::Component::Normal(_));
                prop_assert!(joined.starts_with("/media"));
                prop_assert!(joined.components().skip(1).all(is_plain));
                prop_assert_eq!(joined.components().count(), 2 + key.as_str().split('/').count());
            }
        }
    }
}
