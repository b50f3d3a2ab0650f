//! One frame: the header in front of a payload.

use super::assembly::Violation;

/// The bit that ends a message.
const FINAL: u8 = 0x80;
/// Bits that mean nothing without an extension, and there is none here.
const RESERVED: u8 = 0x70;
/// The bit of a masked payload: what clients send is, what servers send is not.
const MASKED: u8 = 0x80;
/// The longest payload of a frame that is not part of a message.
pub const MOST_CONTROL: usize = 125;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

impl Opcode {
    const fn read(bits: u8) -> Result<Self, Violation> {
        Ok(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return Err(Violation::Protocol),
        })
    }

    /// Whether the frame is none of a message's, and may come between those that are.
    pub const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The header of a client's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub opcode: Opcode,
    /// Whether it ends its message.
    pub is_final: bool,
    /// The bytes of its payload.
    pub length: u64,
    pub mask: [u8; 4],
}

impl Header {
    /// Reads what has come of a header; `None` if there is more to come. What is wrong is refused as soon
    /// as it can be seen.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, Violation> {
        let Some((first, rest)) = bytes.split_first() else { return Ok(None) };
        let (opcode, is_final) = (Opcode::read(first & 0x0F)?, first & FINAL != 0);
        if first & RESERVED != 0 || (opcode.is_control() && !is_final) {
            return Err(Violation::Protocol);
        }
        let Some((second, rest)) = rest.split_first() else { return Ok(None) };
        let short = second & !MASKED;
        if second & MASKED == 0 || (opcode.is_control() && usize::from(short) > MOST_CONTROL) {
            return Err(Violation::Protocol);
        }
        let (length, rest) = match short {
            126 => match rest.split_first_chunk() {
                Some((length, rest)) => (u16::from_be_bytes(*length).into(), rest),
                None => return Ok(None),
            },
            127 => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from_be_bytes(*length), rest),
                None => return Ok(None),
            },
            short => (short.into(), rest),
        };
        Ok(rest.first_chunk().map(|mask| Self { opcode, is_final, length, mask: *mask }))
    }

    /// Adds a part of the payload to what is before it, without the mask. `at` bytes of the payload have
    /// been there before.
    pub fn unmask(&self, part: &[u8], at: u64, onto: &mut Vec<u8>) {
        let turned = usize::try_from(at % 4).unwrap_or_default();
        let mask = self.mask.iter().cycle().skip(turned);
        onto.extend(part.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    }
}

/// The header of a server's frame that is a message by itself.
pub fn header(opcode: Opcode, length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(10);
    header.push(FINAL | opcode as u8);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..126), _) => header.push(short),
        (_, Ok(medium)) => {
            header.push(126);
            header.extend(medium.to_be_bytes());
        }
        _ => {
            header.push(127);
            header.extend(length.to_be_bytes());
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    fn of_client(first: u8, length: &[u8]) -> Vec<u8> {
        [&[first], length, &MASK].concat()
    }

    #[test]
    fn a_header_is_read_once_all_of_it_has_come() {
        for (bytes, opcode, is_final, length) in [
            (of_client(0x81, &[0x80]), Opcode::Text, true, 0),
            (of_client(0x02, &[0xFD]), Opcode::Binary, false, 125),
            (of_client(0x80, &[0xFE, 1, 0]), Opcode::Continuation, true, 256),
            (of_client(0x81, &[0xFF, 0, 0, 0, 0, 0, 1, 0, 0]), Opcode::Text, true, 65_536),
            (of_client(0x81, &[0xFF; 9]), Opcode::Text, true, u64::MAX),
            (of_client(0x89, &[0xFD]), Opcode::Ping, true, 125),
        ] {
            for cut in 0..bytes.len() {
                assert_eq!(Header::read(&bytes[..cut]), Ok(None), "{bytes:x?} cut at {cut}");
            }
            let header = Header { opcode, is_final, length, mask: MASK };
            assert_eq!(Header::read(&bytes), Ok(Some(header)), "{bytes:x?}");
        }
    }

    #[test]
    fn what_no_client_may_send_is_refused_at_once() {
        for bytes in [
            // reserved bits
            &[0xC1][..],
            &[0xA1],
            &[0x91],
            // reserved opcodes
            &[0x83],
            &[0x8B],
            &[0x8F],
            // control frames that are parts, or too long
            &[0x09],
            &[0x08],
            &[0x89, 0xFE],
            &[0x88, 0xFF],
            // no mask
            &[0x81, 0x05],
        ] {
            assert_eq!(Header::read(bytes), Err(Violation::Protocol), "{bytes:x?}");
        }
    }

    #[test]
    fn a_mask_is_taken_off_wherever_the_payload_is_cut() {
        let header = Header { opcode: Opcode::Text, is_final: true, length: 6, mask: MASK };
        for cut in 0..=6 {
            let mut payload = b"before ".to_vec();
            let masked = [b'a' ^ 1, b'b' ^ 2, b'c' ^ 3, b'd' ^ 4, b'e' ^ 1, b'f' ^ 2];
            header.unmask(&masked[..cut], 0, &mut payload);
            header.unmask(&masked[cut..], cut as u64, &mut payload);
            assert_eq!(payload, b"before abcdef");
        }
    }

    #[test]
    fn a_server_says_the_length_in_the_fewest_bytes() {
        for (length, expected) in [
            (0, &[0x81, 0][..]),
            (125, &[0x81, 125]),
            (126, &[0x81, 126, 0, 126]),
            (65_535, &[0x81, 126, 0xFF, 0xFF]),
            (65_536, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            assert_eq!(header(Opcode::Text, length), expected);
        }
        assert_eq!(header(Opcode::Close, 2), [0x88, 2]);
    }
}
