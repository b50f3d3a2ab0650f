//! The types of files that are accepted.

/// What people call a file; each has its own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A moving one.
    Video,
}

impl MediaKind {
    /// The most bytes of a file of this kind: 5 MiB for an image, 100 MiB for a video.
    pub const fn max_bytes(self) -> u64 {
        const MIB: u64 = 1024 * 1024;
        match self {
            Self::Image => 5 * MIB,
            Self::Video => 100 * MIB,
        }
    }
}

/// The format of a file, as its first bytes tell. Neither its name nor what the client calls it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// MPEG-4.
    Mp4,
    /// `QuickTime`, as cameras and iPhones make it.
    Mov,
}

impl MediaType {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Mp4, Self::Mov];

    /// What kind of file it is.
    pub const fn kind(self) -> MediaKind {
        match self {
            Self::Jpeg | Self::Png => MediaKind::Image,
            Self::Mp4 | Self::Mov => MediaKind::Video,
        }
    }

    /// The `Content-Type` under which it's served.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
        }
    }

    /// The end of the file's name, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
        }
    }
}
