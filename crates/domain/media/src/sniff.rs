//! Telling formats by their first bytes.

use crate::media_type::{MediaKind, MediaType};

const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The major brands of MPEG-4 video. Not those of audio (`M4A `) or of pictures in the same container
/// (`heic`, `avif`).
const MP4_BRANDS: [&[u8; 4]; 24] = [
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42",
    b"mp71", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"dash", b"MSNV", b"XAVC", b"f4v ", b"3gp4", b"3gp5",
    b"3gp6", b"3g2a",
];

/// The boxes that a `QuickTime` file without `ftyp` (older than 2004, and some cameras today) begins with.
const MOV_FIRST_BOXES: [&[u8; 4]; 5] = [b"moov", b"mdat", b"wide", b"free", b"skip"];

impl MediaType {
    /// How many bytes are enough to tell.
    pub const SNIFF_BYTES: usize = 64;

    /// The format of a file that begins with `head` (the first [`Self::SNIFF_BYTES`] bytes, or all if it
    /// has fewer); `None` if it's not one that we accept.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        if head.starts_with(JPEG) {
            return Some(Self::Jpeg);
        }
        if head.starts_with(PNG) {
            return Some(Self::Png);
        }
        let first = BoxHeader::read(head)?;
        match first.kind {
            b"ftyp" => by_brand(&first, head),
            kind if MOV_FIRST_BOXES.contains(&kind) && first.is_plausible() => Some(Self::Mov),
            _ => None,
        }
    }
}

fn by_brand(file_type: &BoxHeader<'_>, head: &[u8]) -> Option<MediaType> {
    // Size, `ftyp`, major brand and its version; more than a kilobyte of further brands nobody writes.
    const SIZES: std::ops::RangeInclusive<u64> = 16..=1024;
    if !SIZES.contains(&file_type.size) {
        return None;
    }
    let major = head.get(8..12)?.first_chunk::<4>()?;
    match major {
        b"qt  " => Some(MediaType::Mov),
        brand if MP4_BRANDS.contains(&brand) => Some(MediaType::Mp4),
        _ => None,
    }
}

/// The first bytes of a box (an "atom" in `QuickTime`'s words).
struct BoxHeader<'a> {
    /// In bytes, header included; `u64::MAX` if the box goes on to the end of the file.
    size: u64,
    kind: &'a [u8; 4],
}

impl<'a> BoxHeader<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let kind = bytes.get(4..)?.first_chunk::<4>()?;
        let size = match u32::from_be_bytes(*bytes.first_chunk::<4>()?) {
            0 => u64::MAX,
            // The size did not fit and follows in eight bytes.
            1 => u64::from_be_bytes(*bytes.get(8..)?.first_chunk::<8>()?),
            size => u64::from(size),
        };
        Some(Self { size, kind })
    }

    /// Whether a box of this kind can have this size, in a file that we'd accept. Text that happens to
    /// spell a box's name at the right place ("Get free …") reads as more than a gigabyte.
    fn is_plausible(&self) -> bool {
        const HEADER: u64 = 8;
        match self.kind {
            // Only the samples may go on to the end.
            b"mdat" if self.size == u64::MAX => true,
            // A placeholder of exactly one header, for the samples' size to grow into.
            b"wide" => self.size == HEADER,
            _ => (HEADER..=MediaKind::Video.max_bytes()).contains(&self.size),
        }
    }
}
