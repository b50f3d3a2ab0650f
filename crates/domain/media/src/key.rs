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
