//! Socket.IO packets: `<type>[<attachments>-][<namespace>,][<ack id>][<JSON>]`.
//!
//! Read as the official parser reads them, but a little more strictly: an event must have a name.

use bytestring::ByteString;
use serde::Serialize;
use serde_json::{Map, Value};

use super::engine::packet::MESSAGE;

/// The namespace that has no name on the wire.
pub const MAIN: &str = "/";

/// The most attachments that a packet may announce, as in the official parser.
const MOST_ATTACHMENTS: u8 = 10;

/// Names that the client's library uses for itself; no event has one of them.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// What a client may send.
#[derive(Debug, Clone, PartialEq)]
pub enum Packet {
    /// Joins a namespace; the payload is the client's `auth`.
    Connect { namespace: ByteString, auth: Map<String, Value> },
    /// Leaves a namespace.
    Disconnect { namespace: ByteString },
    /// Something for the application.
    Event(Event),
    /// An event with attachments, which follow as binary packets.
    BinaryEvent { event: Event, attachments: u8 },
    /// Answers an event of ours. We ask for no answers, so it has nothing to say.
    Ack { namespace: ByteString },
    /// The same with attachments.
    BinaryAck { namespace: ByteString, attachments: u8 },
}

/// Something for the application.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub namespace: ByteString,
    /// Asked for an answer, if there is one; it repeats this.
    pub ack: Option<u64>,
    /// Its name; `None` if that's a number, which the protocol allows.
    pub name: Option<String>,
    /// What follows the name.
    pub arguments: Vec<Value>,
}

/// A packet that no client of this protocol sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a packet of Socket.IO")]
pub struct Malformed;

impl Packet {
    /// Reads what an Engine.IO message holds.
    pub fn parse(text: &ByteString) -> Result<Self, Malformed> {
        let mut rest = Reader { text, rest: text };
        let kind = rest.take(1)?;
        let attachments = if matches!(kind, "5" | "6") { rest.attachments()? } else { 0 };
        let namespace = rest.namespace();
        let ack = rest.ack()?;
        let payload = rest.rest;
        match kind {
            "0" => Ok(Self::Connect { namespace, auth: auth(payload)? }),
            "1" if payload.is_empty() && ack.is_none() => Ok(Self::Disconnect { namespace }),
            "2" => Ok(Self::Event(Event::read(namespace, ack, payload)?)),
            "3" => is_answer(ack, payload).map(|()| Self::Ack { namespace }),
            "5" => Ok(Self::BinaryEvent { event: Event::read(namespace, ack, payload)?, attachments }),
            "6" => is_answer(ack, payload).map(|()| Self::BinaryAck { namespace, attachments }),
            _ => Err(Malformed),
        }
    }
}

impl Packet {
    /// The namespace that it's for.
    pub const fn namespace(&self) -> &ByteString {
        match self {
            Self::Connect { namespace, .. }
            | Self::Disconnect { namespace }
            | Self::Ack { namespace }
            | Self::BinaryAck { namespace, .. } => namespace,
            Self::Event(event) | Self::BinaryEvent { event, .. } => &event.namespace,
        }
    }

    /// How many binary packets belong to it and follow.
    pub const fn attachments(&self) -> u8 {
        match self {
            Self::BinaryEvent { attachments, .. } | Self::BinaryAck { attachments, .. } => *attachments,
            Self::Connect { .. } | Self::Disconnect { .. } | Self::Event(_) | Self::Ack { .. } => 0,
        }
    }
}

impl Event {
    fn read(namespace: ByteString, ack: Option<u64>, payload: &str) -> Result<Self, Malformed> {
        let mut values = list(payload)?.into_iter();
        let name = match values.next() {
            Some(Value::String(name)) if !RESERVED.contains(&name.as_str()) => Some(name),
            Some(Value::Number(_)) => None,
            _ => return Err(Malformed),
        };
        Ok(Self { namespace, ack, name, arguments: values.collect() })
    }
}

/// A packet on its way from the left to the right.
struct Reader<'a> {
    text: &'a ByteString,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a str, Malformed> {
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn digits(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        self.take(end).unwrap_or_default()
    }

    fn attachments(&mut self) -> Result<u8, Malformed> {
        let count = self.digits().parse().map_err(|_| Malformed)?;
        let dash = self.take(1)?;
        ((1..=MOST_ATTACHMENTS).contains(&count) && dash == "-").then_some(count).ok_or(Malformed)
    }

    /// Ends at a comma, or with the packet.
    fn namespace(&mut self) -> ByteString {
        if !self.rest.starts_with('/') {
            return ByteString::from_static(MAIN);
        }
        let (name, rest) = self.rest.split_once(',').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.text.slice_ref(name)
    }

    fn ack(&mut self) -> Result<Option<u64>, Malformed> {
        match self.digits() {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| Malformed),
        }
    }
}

fn auth(payload: &str) -> Result<Map<String, Value>, Malformed> {
    if payload.is_empty() { Ok(Map::new()) } else { serde_json::from_str(payload).map_err(|_| Malformed) }
}

fn list(payload: &str) -> Result<Vec<Value>, Malformed> {
    serde_json::from_str(payload).map_err(|_| Malformed)
}

fn is_answer(ack: Option<u64>, payload: &str) -> Result<(), Malformed> {
    ack.ok_or(Malformed)?;
    list(payload).map(drop)
}

/// Tells the client that it has joined the main namespace, by this name.
pub fn connected(sid: &impl Serialize) -> Result<ByteString, serde_json::Error> {
    #[derive(Serialize)]
    struct Connected<'a, T> {
        sid: &'a T,
    }
    Ok(format!("{MESSAGE}0{}", serde_json::to_string(&Connected { sid })?).into())
}

/// Tells the client that it may not join a namespace, and what its program should know about that.
pub fn connect_error(
    namespace: &str,
    message: &str,
    data: Option<&impl Serialize>,
) -> Result<ByteString, serde_json::Error> {
    #[derive(Serialize)]
    struct ConnectError<'a, T> {
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a T>,
    }
    let error = serde_json::to_string(&ConnectError { message, data })?;
    let namespace = if namespace == MAIN { String::new() } else { format!("{namespace},") };
    Ok(format!("{MESSAGE}4{namespace}{error}").into())
}

/// Takes the client out of the main namespace; it won't come back by itself.
pub const DISCONNECT: ByteString = ByteString::from_static("41");

/// An event with one argument.
pub fn event(name: &str, argument: &impl Serialize) -> Result<ByteString, serde_json::Error> {
    Ok(format!("{MESSAGE}2{}", serde_json::to_string(&(name, argument))?).into())
}

/// The answer to an event that asked for one.
pub fn ack(id: u64, answer: &impl Serialize) -> Result<ByteString, serde_json::Error> {
    Ok(format!("{MESSAGE}3{id}{}", serde_json::to_string(&[answer])?).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Result<Packet, Malformed> {
        Packet::parse(&text.into())
    }

    fn connect(namespace: &str, auth: &Value) -> Packet {
        Packet::Connect { namespace: namespace.into(), auth: auth.as_object().unwrap().clone() }
    }

    fn event_of(namespace: &str, ack: Option<u64>, name: Option<&str>, arguments: &Value) -> Event {
        let arguments = arguments.as_array().unwrap().clone();
        Event { namespace: namespace.into(), ack, name: name.map(str::to_owned), arguments }
    }

    #[test]
    fn connect_and_disconnect_name_their_namespace() {
        for (text, packet) in [
            ("0", connect("/", &json!({}))),
            (r#"0{"token":"t"}"#, connect("/", &json!({ "token": "t" }))),
            ("0/,", connect("/", &json!({}))),
            (r#"0/,{"token":"t"}"#, connect("/", &json!({ "token": "t" }))),
            ("0/admin,", connect("/admin", &json!({}))),
            (r#"0/어드민,{"a":[{}]}"#, connect("/어드민", &json!({ "a": [{}] }))),
            ("0/admin", connect("/admin", &json!({}))),
            ("1", Packet::Disconnect { namespace: "/".into() }),
            ("1/admin,", Packet::Disconnect { namespace: "/admin".into() }),
        ] {
            assert_eq!(parse(text), Ok(packet), "{text}");
        }
    }

    #[test]
    fn events_have_a_name_and_may_ask_for_an_answer() {
        for (text, event) in [
            (r#"2["a"]"#, event_of("/", None, Some("a"), &json!([]))),
            (r#"2["a",{"b":"é"},1]"#, event_of("/", None, Some("a"), &json!([{ "b": "é" }, 1]))),
            (r#"20["a"]"#, event_of("/", Some(0), Some("a"), &json!([]))),
            (r#"2/admin,456["a",[]]"#, event_of("/admin", Some(456), Some("a"), &json!([[]]))),
            (r#"2/,3["a"]"#, event_of("/", Some(3), Some("a"), &json!([]))),
            (r#"2007["a"]"#, event_of("/", Some(7), Some("a"), &json!([]))),
            ("2[7]", event_of("/", None, None, &json!([]))),
        ] {
            assert_eq!(parse(text), Ok(Packet::Event(event)), "{text}");
        }
    }

    #[test]
    fn binary_packets_announce_their_attachments() {
        let placeholder = json!([{ "_placeholder": true, "num": 0 }]);
        let event = event_of("/", Some(12), Some("a"), &placeholder);
        let text = r#"51-12["a",{"_placeholder":true,"num":0}]"#;
        assert_eq!(parse(text), Ok(Packet::BinaryEvent { event, attachments: 1 }));
        let ack = Packet::BinaryAck { namespace: "/admin".into(), attachments: 10 };
        assert_eq!(parse("610-/admin,456[]"), Ok(ack));
        assert_eq!(parse("30[1]"), Ok(Packet::Ack { namespace: "/".into() }));
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        for text in [
            // no type, or none that there is, or one that only servers send
            "",
            "7",
            "abc",
            "é",
            r#"4{"message":"x"}"#,
            // auth that is no object
            "0[]",
            "0\"x\"",
            "0x",
            "0null",
            "0{",
            // a goodbye with something behind it
            "1x",
            "1{}",
            "17",
            // events without a list, a name, or with one that is not theirs
            "2",
            "2{}",
            "2[]",
            "2[null]",
            "2[{}]",
            "2[\"a\"",
            r#"2["connect"]"#,
            r#"2["disconnecting",1]"#,
            // ack ids that are no numbers
            r#"2abc["a"]"#,
            r#"2-1["a"]"#,
            r#"2 1["a"]"#,
            r#"299999999999999999999["a"]"#,
            // answers to nothing, or without a list
            "3",
            "3[]",
            "31",
            "31{}",
            // attachments that aren't counted, or are none, or too many
            r#"5["a"]"#,
            r#"5-["a"]"#,
            r#"5x-["a"]"#,
            r#"50-["a"]"#,
            r#"511-["a"]"#,
            r#"51["a"]"#,
            "51-",
            "51",
            r#"5999-["a"]"#,
            "61-[]",
        ] {
            assert_eq!(parse(text), Err(Malformed), "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_before_the_stack_ends() {
        let deep = format!("2[\"a\",{}{}]", "[".repeat(30_000), "]".repeat(30_000));
        assert_eq!(parse(&deep), Err(Malformed));
    }

    #[test]
    fn the_server_writes_what_the_official_client_reads() {
        let none: Option<&()> = None;
        for (packet, text) in [
            (connected(&"x-1"), r#"40{"sid":"x-1"}"#),
            (
                connect_error("/", "no", Some(&json!({ "code": "C" }))),
                r#"44{"message":"no","data":{"code":"C"}}"#,
            ),
            (connect_error("/admin", "no", none), r#"44/admin,{"message":"no"}"#),
            (event("ERROR", &json!({ "a": "\"é" })), r#"42["ERROR",{"a":"\"é"}]"#),
            (ack(17, &json!({})), "4317[{}]"),
        ] {
            assert_eq!(packet.unwrap(), text);
        }
    }
}
