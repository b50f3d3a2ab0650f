//! Engine.IO packets: one type digit and what follows it.

use bytestring::ByteString;
use serde::Serialize;

use super::sid::Sid;

/// Keeps a connection alive; the client answers with a pong.
pub const PING: ByteString = ByteString::from_static("2");
/// Says nothing; ends a poll.
pub const NOOP: ByteString = ByteString::from_static("6");
/// Ends the connection.
pub const CLOSE: ByteString = ByteString::from_static("1");
/// Tells a client that probes a WebSocket that it works.
pub const PROBED: ByteString = ByteString::from_static("3probe");
/// The first character of a message; a Socket.IO packet follows.
pub const MESSAGE: char = '4';

/// Separates the packets of a polling body.
const SEPARATOR: char = '\x1e';

/// What a client may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// It goes.
    Close,
    /// It's there.
    Pong,
    /// A Socket.IO packet.
    Message(ByteString),
    /// An attachment of a Socket.IO packet. Nobody here wants one, so what it holds is not kept.
    Binary,
    /// Asks whether this WebSocket works, before the connection moves to it.
    Probe,
    /// Moves the connection to this WebSocket.
    Upgrade,
    /// Nothing.
    Noop,
}

/// A packet that no client of this protocol sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a packet of Engine.IO")]
pub struct Malformed;

impl Packet {
    /// Reads a text frame of a WebSocket, or one packet of a polling body.
    pub fn parse(text: &ByteString) -> Result<Self, Malformed> {
        let Some(kind) = text.chars().next() else { return Err(Malformed) };
        Ok(match (kind, text.get(kind.len_utf8()..).unwrap_or_default()) {
            (MESSAGE, message) => Self::Message(text.slice_ref(message)),
            ('3', "") => Self::Pong,
            ('1', "") => Self::Close,
            ('2', "probe") => Self::Probe,
            ('5', "") => Self::Upgrade,
            ('6', "") => Self::Noop,
            // Base64, since a polling body is text.
            ('b', _) => Self::Binary,
            _ => return Err(Malformed),
        })
    }

    /// The packets of a polling body.
    pub fn parse_all(body: &ByteString) -> impl Iterator<Item = Result<Self, Malformed>> {
        body.split(SEPARATOR).map(|packet| Self::parse(&body.slice_ref(packet)))
    }
}

/// A polling body of these packets.
pub fn join(packets: &[ByteString]) -> String {
    let mut body = String::with_capacity(packets.iter().map(|packet| packet.len() + 1).sum());
    for packet in packets {
        if !body.is_empty() {
            body.push(SEPARATOR);
        }
        body.push_str(packet);
    }
    body
}

/// What the server says first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// Names the connection in the requests that belong to it.
    pub sid: Sid,
    /// The transports that it may move to.
    pub upgrades: &'static [&'static str],
    /// Milliseconds between two pings.
    pub ping_interval: u64,
    /// Milliseconds that a pong may take.
    pub ping_timeout: u64,
    /// The most bytes of a frame or of a polling body.
    pub max_payload: usize,
}

impl Open {
    /// The packet.
    pub fn encode(&self) -> Result<ByteString, serde_json::Error> {
        Ok(format!("0{}", serde_json::to_string(self)?).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_its_type_digit_and_what_follows() {
        for (text, packet) in [
            ("1", Ok(Packet::Close)),
            ("3", Ok(Packet::Pong)),
            ("4", Ok(Packet::Message("".into()))),
            ("40{\"token\":\"é\"}", Ok(Packet::Message("0{\"token\":\"é\"}".into()))),
            ("4\u{1e}", Ok(Packet::Message("\u{1e}".into()))),
            ("bAQIDBA==", Ok(Packet::Binary)),
            ("b", Ok(Packet::Binary)),
            ("2probe", Ok(Packet::Probe)),
            ("5", Ok(Packet::Upgrade)),
            ("6", Ok(Packet::Noop)),
            ("", Err(Malformed)),
            ("abc", Err(Malformed)),
            ("7", Err(Malformed)),
            ("é", Err(Malformed)),
            ("-1", Err(Malformed)),
            // The server opens and pings.
            ("0{}", Err(Malformed)),
            ("2", Err(Malformed)),
            ("2é", Err(Malformed)),
            ("3probe", Err(Malformed)),
            ("1 ", Err(Malformed)),
        ] {
            assert_eq!(Packet::parse(&text.into()), packet, "{text:?}");
        }
    }

    #[test]
    fn a_polling_body_holds_packets_between_separators() {
        let message = |text: &str| Ok(Packet::Message(text.into()));
        for (body, packets) in [
            ("4test1", vec![message("test1")]),
            ("4test1\x1e4test2\x1e3", vec![message("test1"), message("test2"), Ok(Packet::Pong)]),
            ("451-[]\x1ebAQID", vec![message("51-[]"), Ok(Packet::Binary)]),
            ("", vec![Err(Malformed)]),
            ("4a\x1e", vec![message("a"), Err(Malformed)]),
            ("abc\x1e4b", vec![Err(Malformed), message("b")]),
        ] {
            assert_eq!(Packet::parse_all(&body.into()).collect::<Vec<_>>(), packets, "{body:?}");
        }
        assert_eq!(join(&["4é".into(), PING, CLOSE]), "4é\x1e2\x1e1");
        assert_eq!(join(&[]), "");
    }

    #[test]
    fn the_first_packet_says_how_the_connection_works() {
        let sid = Sid::from_bytes([7; 16]);
        let open = Open {
            sid,
            upgrades: &["websocket"],
            ping_interval: 25_000,
            ping_timeout: 20_000,
            max_payload: 65_536,
        };
        let expected = format!(
            r#"0{{"sid":"{sid}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}}"#
        );
        assert_eq!(open.encode().unwrap(), expected);
    }
}
