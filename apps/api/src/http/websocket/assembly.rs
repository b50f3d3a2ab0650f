//! From bytes to messages: whatever the pieces are in which they come.

use std::mem::take;

use bytestring::ByteString;

use super::frame::{Header, Opcode};

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Text(ByteString),
    Binary(Vec<u8>),
    /// Wants the same bytes back as a pong.
    Ping(Vec<u8>),
    Pong,
    /// The last one: it goes, and may say with which code.
    Close(Option<u16>),
}

/// What ends a connection at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// Something that no client may send.
    Protocol,
    /// A text that is not UTF-8.
    NotText,
    /// A message with more bytes than are taken.
    TooLarge,
}

impl Violation {
    /// The closing code of RFC 6455 for it.
    pub const fn code(self) -> u16 {
        match self {
            Self::Protocol => 1002,
            Self::NotText => 1007,
            Self::TooLarge => 1009,
        }
    }
}

/// What has come of a client's messages. Between two of them it holds nothing.
pub struct Assembly {
    /// The most bytes of a message.
    most: usize,
    /// The part of a header that has come.
    header: Vec<u8>,
    /// The frame whose payload is coming, and how much of that has come.
    frame: Option<(Header, u64)>,
    /// What the message is whose frames are coming.
    kind: Option<Kind>,
    /// What has come of that.
    message: Vec<u8>,
    /// How many bytes of it are known to be text.
    checked: usize,
    /// What has come of a frame between those of a message.
    control: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Binary,
}

impl Assembly {
    /// Nothing has come yet.
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            header: Vec::new(),
            frame: None,
            kind: None,
            message: Vec::new(),
            checked: 0,
            control: Vec::new(),
        }
    }

    /// Takes in bytes up to the end of a message; what is behind that stays. `None` once all are taken in
    /// and there is no end among them.
    pub fn take_in(&mut self, bytes: &mut &[u8]) -> Result<Option<Message>, Violation> {
        loop {
            let Some((header, come)) = self.frame else {
                let Some((byte, rest)) = bytes.split_first() else { return Ok(None) };
                *bytes = rest;
                self.begin_frame(*byte)?;
                continue;
            };
            let missing = usize::try_from(header.length - come).unwrap_or(usize::MAX);
            let (part, rest) = bytes.split_at(missing.min(bytes.len()));
            *bytes = rest;
            self.add(header, part, come)?;
            if part.len() < missing {
                self.frame = Some((header, come + part.len() as u64));
                return Ok(None);
            }
            self.frame = None;
            if let Some(message) = self.end_frame(header)? {
                return Ok(Some(message));
            }
        }
    }

    /// Takes in a byte of a header.
    fn begin_frame(&mut self, byte: u8) -> Result<(), Violation> {
        self.header.push(byte);
        let Some(header) = Header::read(&self.header)? else { return Ok(()) };
        self.header.clear();
        match (header.opcode, self.kind) {
            (Opcode::Text, None) => self.kind = Some(Kind::Text),
            (Opcode::Binary, None) => self.kind = Some(Kind::Binary),
            (Opcode::Text | Opcode::Binary, Some(_)) | (Opcode::Continuation, None) => {
                return Err(Violation::Protocol);
            }
            (Opcode::Continuation, Some(_)) | (Opcode::Close | Opcode::Ping | Opcode::Pong, _) => {}
        }
        let room = if header.opcode.is_control() { self.most } else { self.most - self.message.len() };
        if header.length > room as u64 {
            return Err(Violation::TooLarge);
        }
        self.frame = Some((header, 0));
        Ok(())
    }

    fn add(&mut self, header: Header, part: &[u8], come: u64) -> Result<(), Violation> {
        if header.opcode.is_control() {
            header.unmask(part, come, &mut self.control);
            return Ok(());
        }
        header.unmask(part, come, &mut self.message);
        if self.kind == Some(Kind::Text) { self.check_text() } else { Ok(()) }
    }

    /// Finds out what is wrong before all has come.
    fn check_text(&mut self) -> Result<(), Violation> {
        let new = self.message.get(self.checked..).unwrap_or_default();
        self.checked += match std::str::from_utf8(new) {
            Ok(_) => new.len(),
            // The last character may be on its way.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(Violation::NotText),
        };
        Ok(())
    }

    fn end_frame(&mut self, header: Header) -> Result<Option<Message>, Violation> {
        Ok(match header.opcode {
            Opcode::Ping => Some(Message::Ping(take(&mut self.control))),
            Opcode::Pong => {
                self.control = Vec::new();
                Some(Message::Pong)
            }
            Opcode::Close => Some(Message::Close(code(&take(&mut self.control))?)),
            Opcode::Continuation | Opcode::Text | Opcode::Binary if header.is_final => {
                Some(self.end_message()?)
            }
            Opcode::Continuation | Opcode::Text | Opcode::Binary => None,
        })
    }

    fn end_message(&mut self) -> Result<Message, Violation> {
        let message = take(&mut self.message);
        self.checked = 0;
        match self.kind.take() {
            Some(Kind::Binary) => Ok(Message::Binary(message)),
            Some(Kind::Text) | None => String::from_utf8(message)
                .map(|text| Message::Text(text.into()))
                .map_err(|_| Violation::NotText),
        }
    }
}

/// The code in a close frame. There may be none; those that are only used within a program, and those that
/// nobody has defined, may not be sent.
fn code(payload: &[u8]) -> Result<Option<u16>, Violation> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok(None) } else { Err(Violation::Protocol) };
    };
    std::str::from_utf8(reason).map_err(|_| Violation::NotText)?;
    match u16::from_be_bytes(*code) {
        code @ (1000..=1003 | 1007..=1014 | 3000..=4999) => Ok(Some(code)),
        _ => Err(Violation::Protocol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame that is masked with zeros.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
    }

    /// What comes of these bytes, if so many are taken in at once.
    fn messages(bytes: &[u8], size: usize) -> (Vec<Message>, Option<Violation>) {
        let (mut assembly, mut messages) = (Assembly::new(20), Vec::new());
        for mut piece in bytes.chunks(size) {
            loop {
                match assembly.take_in(&mut piece) {
                    Ok(Some(message)) => messages.push(message),
                    Ok(None) => break,
                    Err(violation) => return (messages, Some(violation)),
                }
            }
        }
        (messages, None)
    }

    fn text(text: &'static str) -> Message {
        Message::Text(text.into())
    }

    #[test]
    fn messages_come_out_however_their_bytes_come_in() {
        let bytes = [
            frame(0x81, "한글".as_bytes()),
            frame(0x01, "é".as_bytes().split_at(1).0),
            frame(0x89, b"ping"),
            frame(0x00, b""),
            frame(0x8A, b"pong"),
            frame(0x80, "é!".as_bytes().split_at(1).1),
            frame(0x82, b"\xFF"),
            frame(0x81, b""),
            frame(0x88, &[0x03, 0xE8, b'b', b'y', b'e']),
        ];
        let expected = vec![
            text("한글"),
            Message::Ping(b"ping".to_vec()),
            Message::Pong,
            text("é!"),
            Message::Binary(vec![0xFF]),
            text(""),
            Message::Close(Some(1000)),
        ];
        for size in 1..bytes.concat().len() {
            assert_eq!(messages(&bytes.concat(), size), (expected.clone(), None), "{size} at once");
        }
    }

    #[test]
    fn a_violation_ends_it_after_what_came_before() {
        for (name, bytes, violation) in [
            ("a continuation of nothing", frame(0x80, b""), Violation::Protocol),
            ("a text within a text", [frame(0x01, b"a"), frame(0x81, b"b")].concat(), Violation::Protocol),
            ("no text", frame(0x81, b"\xC0\xAF"), Violation::NotText),
            ("no text, and not the end", frame(0x01, b"\xED\xA0"), Violation::NotText),
            ("half a character", frame(0x81, b"\xE2\x82"), Violation::NotText),
            ("too much", frame(0x81, &[b'x'; 21]), Violation::TooLarge),
            (
                "too much in parts",
                [frame(0x01, &[b'x'; 20]), frame(0x80, b"x")].concat(),
                Violation::TooLarge,
            ),
            ("half a code", frame(0x88, &[3]), Violation::Protocol),
            ("a code that is none", frame(0x88, &[0x03, 0xED]), Violation::Protocol),
            ("a reason that is no text", frame(0x88, &[0x03, 0xE8, 0xFF]), Violation::NotText),
        ] {
            let bytes = [frame(0x81, b"before"), bytes].concat();
            for size in [1, 5, bytes.len()] {
                assert_eq!(messages(&bytes, size), (vec![text("before")], Some(violation)), "{name}");
            }
        }
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_comes() {
        for length in [21_u64, 1 << 40, u64::MAX] {
            let header = [&[0x82, 0xFF][..], &length.to_be_bytes(), &[0; 4]].concat();
            assert_eq!(messages(&header, 1), (vec![], Some(Violation::TooLarge)), "{length}");
        }
    }

    #[test]
    fn between_two_messages_nothing_is_held() {
        let mut assembly = Assembly::new(100);
        for bytes in [frame(0x81, &[b'x'; 100]), frame(0x89, b"ping"), frame(0x8A, b"pong")] {
            assert!(assembly.take_in(&mut bytes.as_slice()).unwrap().is_some());
            assert_eq!(assembly.message.capacity() + assembly.control.capacity(), 0);
        }
    }
}
