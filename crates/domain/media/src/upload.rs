//! Whether a file that was sent is accepted.

use kernel::{Code, ErrorCode};

use crate::media_type::{MediaKind, MediaType};

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefused {
    /// The request has none.
    #[error("no file was sent")]
    Missing,
    /// It's none of the accepted formats, or not of the kind that the request says.
    #[error("the file is not of an accepted type")]
    TypeNotAllowed,
    /// It has more bytes than its kind may.
    #[error("the file has more than {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
}

impl ErrorCode for UploadRefused {
    fn code(&self) -> Code {
        match self {
            Self::Missing => Code::invalid("FILE_MISSING"),
            Self::TypeNotAllowed => Code::invalid("FILE_TYPE_NOT_ALLOWED"),
            Self::TooLarge { .. } => Code::invalid("FILE_TOO_LARGE"),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::TooLarge { max_bytes } => Some(format!("{} MiB", max_bytes / 1024 / 1024)),
            Self::Missing | Self::TypeNotAllowed => None,
        }
    }
}

impl MediaKind {
    /// Refuses a file of this kind as soon as `bytes` of it have come and that is too many already.
    pub fn admit_size(self, bytes: u64) -> Result<(), UploadRefused> {
        let max_bytes = self.max_bytes();
        if bytes > max_bytes { Err(UploadRefused::TooLarge { max_bytes }) } else { Ok(()) }
    }

    /// The format of a file of this kind that begins with `head` (see [`MediaType::sniff`]).
    pub fn admit_type(self, head: &[u8]) -> Result<MediaType, UploadRefused> {
        MediaType::sniff(head).filter(|format| format.kind() == self).ok_or(UploadRefused::TypeNotAllowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{a_jpeg, an_mp4};

    #[test]
    fn a_file_is_of_the_kind_that_its_bytes_say() {
        assert_eq!(MediaKind::Image.admit_type(&a_jpeg()), Ok(MediaType::Jpeg));
        assert_eq!(MediaKind::Video.admit_type(&an_mp4()), Ok(MediaType::Mp4));
        for refused in [MediaKind::Image.admit_type(&an_mp4()), MediaKind::Video.admit_type(&a_jpeg())] {
            assert_eq!(refused, Err(UploadRefused::TypeNotAllowed));
        }
        assert_eq!(MediaKind::Image.admit_type(b""), Err(UploadRefused::TypeNotAllowed));
    }

    #[test]
    fn a_file_of_exactly_the_limit_is_accepted_and_a_byte_more_is_not() {
        for (kind, limit, detail) in
            [(MediaKind::Image, 5_242_880, "5 MiB"), (MediaKind::Video, 104_857_600, "100 MiB")]
        {
            assert_eq!(kind.admit_size(limit), Ok(()));
            let refused = kind.admit_size(limit + 1).unwrap_err();
            assert_eq!(refused.code(), Code::invalid("FILE_TOO_LARGE"));
            assert_eq!(refused.detail().as_deref(), Some(detail));
        }
    }
}
