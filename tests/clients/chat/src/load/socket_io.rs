//! As much of Socket.IO v5 over Engine.IO v4 as a client needs who opens a WebSocket at once, sends texts,
//! and asks for an answer to each.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Serialize};

use super::dialect::{Heard, Outgoing};
use crate::goforme_v1::Kind;
use crate::socket::{Lost, Socket};

/// Where it's spoken.
pub const PATH: &str = "/socket.io/?EIO=4&transport=websocket";

/// Engine.IO packets are a digit and what they carry; Socket.IO packets are carried by messages, and are
/// a digit and what they carry.
const OPEN: &str = "0";
const PING: &str = "2";
const PONG: &str = "3";
const CONNECT: &str = "40";
const EVENT: &str = "42";
const ACK: &str = "43";

/// The event by which the web client sends a message.
const SEND: &str = "ClientToServerMessage";
/// How the event begins by which it hears of one. Servers write JSON without spaces.
const DELIVERY: &str = r#"42["ServerToClientMessage","#;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Send<'a> {
    chat_room_id: &'a str,
    #[serde(rename = "type")]
    kind: Kind,
    content: &'a str,
}

/// What an event brings, or an answer: a message, or why there is none.
#[derive(Deserialize)]
struct Body<'a> {
    seq: Option<i64>,
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    code: Option<String>,
}

/// Waits for the transport to open, says who we are, and waits until that is accepted.
pub async fn greet(socket: &mut Socket, token: &str) -> Result<(), Lost> {
    expect(OPEN, &socket.hear_soon().await?)?;
    let auth = serde_json::json!({ "token": token });
    socket.say(format!("{CONNECT}{auth}")).await?;
    expect(CONNECT, &socket.hear_soon().await?)
}

fn expect(packet: &str, heard: &str) -> Result<(), Lost> {
    if heard.starts_with(packet) {
        Ok(())
    } else {
        Err(Lost::Broken(format!("the server greeted with {heard}")))
    }
}

/// An event that asks for an answer.
pub fn send(message: Outgoing<'_>) -> serde_json::Result<String> {
    let Outgoing { number, room: chat_room_id, content, .. } = message;
    let arguments = serde_json::to_string(&(SEND, Send { chat_room_id, kind: Kind::Text, content }))?;
    Ok(format!("{EVENT}{number}{arguments}"))
}

/// What a packet says.
pub fn read(text: &str) -> serde_json::Result<Heard<'_>> {
    if text == PING {
        return Ok(Heard::Ping(PONG));
    }
    if let Some(arguments) = text.strip_prefix(DELIVERY) {
        return read_delivery(arguments);
    }
    match text.strip_prefix(ACK) {
        Some(payload) => read_answer(payload),
        None => Ok(Heard::Other),
    }
}

fn read_delivery(arguments: &str) -> serde_json::Result<Heard<'_>> {
    match serde_json::from_str(arguments.trim_end_matches(']'))? {
        Body { seq: Some(seq), content: Some(content), .. } => Ok(Heard::Delivered { seq, content }),
        _ => Err(Error::custom("a message without a number or a text")),
    }
}

fn read_answer(payload: &str) -> serde_json::Result<Heard<'_>> {
    let digits = payload.find(|c: char| !c.is_ascii_digit()).unwrap_or(payload.len());
    let (number, arguments) = payload.split_at(digits);
    let number = number.parse().map_err(Error::custom)?;
    let [body]: [Body<'_>; 1] = serde_json::from_str(arguments)?;
    Ok(match body.code {
        Some(code) => Heard::Refused { number: Some(number), code },
        None => Heard::Acknowledged(number),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn packets_are_told_apart() {
        let delivered = Heard::Delivered { seq: 2, content: "어디세요?".into() };
        let refused = Heard::Refused { number: Some(0), code: "ROOM_INACTIVE".to_owned() };
        for (text, heard) in [
            ("2", Heard::Ping("3")),
            ("6", Heard::Other),
            (r#"42["ServerToClientMessage",{"id":"m","seq":2,"content":"어디세요?"}]"#, delivered),
            (r#"42["ERROR",{"statusCode":400,"code":"ROOM_INACTIVE"}]"#, Heard::Other),
            (r#"42["dance"]"#, Heard::Other),
            (r#"4312[{"id":"m","seq":2,"content":"hi"}]"#, Heard::Acknowledged(12)),
            (r#"430[{"statusCode":400,"message":"closed","code":"ROOM_INACTIVE"}]"#, refused),
        ] {
            assert_eq!(read(text).unwrap(), heard, "{text}");
        }
    }

    #[test]
    fn what_is_no_packet_is_an_error() {
        for text in [
            r#"42["ServerToClientMessage",{}]"#,
            r#"42["ServerToClientMessage",7]"#,
            "43[{}]",
            "437",
            "437[]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_message_asks_for_an_answer_under_its_number() {
        let message = Outgoing { number: 12, id: Uuid::nil(), room: "r", content: "hi" };
        assert_eq!(
            send(message).unwrap(),
            r#"4212["ClientToServerMessage",{"chatRoomId":"r","type":"TEXT","content":"hi"}]"#
        );
    }
}
