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

/// The major brands of sound and of pictures, which claim to be MPEG-4, too.
const OTHER_BRANDS: [&[u8; 4]; 13] = [
    b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1",
    b"avif", b"avis",
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
        brand if OTHER_BRANDS.contains(&brand) => None,
        _ => {
            // A brand nobody has told us of may say itself that it's MPEG-4.
            let end = usize::try_from(file_type.size).ok()?.min(head.len()).min(MediaType::SNIFF_BYTES);
            let mut compatible = head.get(16..end)?.as_chunks::<4>().0.iter();
            compatible.any(|brand| MP4_BRANDS.contains(&brand)).then_some(MediaType::Mp4)
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{a_jpeg, a_mov, a_png, an_mp4};

    fn a_box(size: u32, kind: &str, content: &[u8]) -> Vec<u8> {
        [&size.to_be_bytes()[..], kind.as_bytes(), content].concat()
    }

    #[test]
    fn each_format_is_told_by_its_first_bytes() {
        for (head, expected) in [
            (a_jpeg(), MediaType::Jpeg),
            (a_png(), MediaType::Png),
            (an_mp4(), MediaType::Mp4),
            (a_mov(), MediaType::Mov),
        ] {
            assert_eq!(MediaType::sniff(&head), Some(expected));
            assert_eq!(MediaType::sniff(&head[..MediaType::SNIFF_BYTES]), Some(expected));
        }
    }

    #[test]
    fn every_brand_of_mpeg_4_video_is_known_and_those_of_sound_and_pictures_are_not() {
        for brand in MP4_BRANDS {
            assert_eq!(
                MediaType::sniff(&a_box(20, "ftyp", &[brand, &[0; 8][..]].concat())),
                Some(MediaType::Mp4)
            );
        }
        for brand in [b"M4A ", b"M4B ", b"heic", b"mif1", b"avif", b"crx ", b"jp2 ", b"\0\0\0\0", b"QT  "] {
            assert_eq!(MediaType::sniff(&a_box(20, "ftyp", &[brand, &[0; 8][..]].concat())), None);
        }
    }

    #[test]
    fn a_brand_that_says_it_is_mpeg_4_is_unless_it_is_known_for_sound_or_pictures() {
        let with = |major: &str, compatible: &str| {
            let content = [major.as_bytes(), &[0; 4], compatible.as_bytes()].concat();
            a_box(u32::try_from(8 + content.len()).unwrap(), "ftyp", &content)
        };
        assert_eq!(MediaType::sniff(&with("cmfc", "cmfcisomiso6")), Some(MediaType::Mp4));
        assert_eq!(MediaType::sniff(&with("cmfc", "cmfccmf2")), None);
        for other in OTHER_BRANDS {
            let major = std::str::from_utf8(other).unwrap();
            assert_eq!(MediaType::sniff(&with(major, "isommp42")), None, "{major}");
        }
    }

    #[test]
    fn quicktime_without_a_file_type_is_told_by_its_first_box() {
        for head in [
            a_box(0x6000, "moov", b"\0\0\0\x6cmvhd"),
            a_box(8, "wide", b"\0\0\x10\0mdat"),
            a_box(0x10_0000, "mdat", b""),
            a_box(0, "mdat", b""),
            a_box(1, "mdat", &0x10_0000_u64.to_be_bytes()),
            a_box(512, "free", b""),
            a_box(8, "skip", b""),
        ] {
            assert_eq!(MediaType::sniff(&head), Some(MediaType::Mov), "{head:?}");
        }
    }

    #[test]
    fn boxes_of_impossible_sizes_are_no_quicktime() {
        for head in [
            a_box(7, "moov", b""),
            a_box(0, "moov", b""),
            a_box(9, "wide", b""),
            a_box(0x0640_0001, "mdat", b""),
            a_box(1, "mdat", b"short"),
            a_box(1, "mdat", &[0xFE; 8]),
            a_box(15, "ftyp", b"qt  \0\0\0"),
            a_box(0x0010_0000, "ftyp", b"isom\0\0\0\0"),
            a_box(16, "ftyp", b"is"),
            b"Get free stuff".to_vec(),
        ] {
            assert_eq!(MediaType::sniff(&head), None, "{head:?}");
        }
    }

    #[test]
    fn what_is_something_else_is_refused_whatever_it_is_called() {
        for other in [
            &b""[..],
            b"\xFF\xD8",
            b"\x89PNG\r\n\x1a",
            b"GIF89a\x01\0\x01\0",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"RIFF\x24\0\0\0AVI LIST",
            b"BM\x36\0\0\0\0\0\0\0",
            b"%PDF-1.7\n%",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\">",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"PK\x03\x04\x14\0\0\0",
            b"\x1A\x45\xDF\xA3\x01\0\0\0",
            b"\x7FELF\x02\x01\x01\0",
            b"MZ\x90\0\x03\0\0\0",
        ] {
            assert_eq!(MediaType::sniff(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_told_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = MediaType::sniff(&bytes);
        }

        #[test]
        fn any_bytes_in_a_known_box_are_told_or_refused_without_a_panic(
            size in prop_oneof![0_u32..40, any::<u32>()],
            kind in prop::sample::select(vec!["ftyp", "moov", "mdat", "wide", "free", "skip"]),
            content in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let _ = MediaType::sniff(&a_box(size, kind, &content));
        }

        #[test]
        fn more_bytes_than_asked_for_change_nothing(
            size in 0_u32..40,
            kind in prop::sample::select(vec!["ftyp", "moov", "mdat", "wide", "free"]),
            content in proptest::collection::vec(any::<u8>(), 80..200),
        ) {
            let file = a_box(size, kind, &content);
            prop_assert_eq!(MediaType::sniff(&file), MediaType::sniff(&file[..MediaType::SNIFF_BYTES]));
        }
    }
}
