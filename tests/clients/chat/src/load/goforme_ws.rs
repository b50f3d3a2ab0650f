//! `/ws` as a load test speaks it: what it doesn't need it doesn't copy, since the client has as little
//! time for a message as the server.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dialect::{Heard, Outgoing};
use crate::goforme_v1::{self, ClientFrame, Kind, ServerFrame};
use crate::socket::{Lost, Socket};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Send<'a> {
    op: &'static str,
    #[serde(rename = "ref")]
    reference: u32,
    room_id: &'a str,
    client_message_id: Uuid,
    #[serde(rename = "type")]
    kind: Kind,
    content: &'a str,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Frame<'a> {
    Ack {
        #[serde(rename = "ref")]
        reference: u32,
    },
    Message {
        #[serde(borrow)]
        message: Message<'a>,
    },
    Error {
        #[serde(rename = "ref")]
        reference: Option<u32>,
        code: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message<'a> {
    seq: i64,
    #[serde(borrow)]
    content: Cow<'a, str>,
}

/// Says hello, and waits for `ready`.
pub async fn greet(socket: &mut Socket, token: &str) -> Result<(), Lost> {
    socket.say(ClientFrame::Hello { token, resume: BTreeMap::new() }.text()?).await?;
    match goforme_v1::read(&socket.hear_soon().await?)? {
        ServerFrame::Ready => Ok(()),
        other => Err(Lost::Broken(format!("the server greeted with {other:?}"))),
    }
}

/// A `send`.
pub fn send(message: Outgoing<'_>) -> serde_json::Result<String> {
    let Outgoing { number: reference, id: client_message_id, room: room_id, content } = message;
    serde_json::to_string(&Send {
        op: "send",
        reference,
        room_id,
        client_message_id,
        kind: Kind::Text,
        content,
    })
}

/// What a frame says.
pub fn read(text: &str) -> serde_json::Result<Heard<'_>> {
    Ok(match serde_json::from_str(text)? {
        Frame::Ack { reference } => Heard::Acknowledged(reference),
        Frame::Message { message: Message { seq, content } } => Heard::Delivered { seq, content },
        Frame::Error { reference, code } => Heard::Refused { number: reference, code },
        Frame::Other => Heard::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_name_the_message_and_messages_bring_their_text() {
        for (text, heard) in [
            (r#"{"op":"ack","ref":7,"message":{"seq":1,"content":"hi"}}"#, Heard::Acknowledged(7)),
            (
                r#"{"op":"message","message":{"id":"m","seq":2,"content":"\"hi\""}}"#,
                Heard::Delivered { seq: 2, content: "\"hi\"".into() },
            ),
            (
                r#"{"op":"error","ref":7,"code":"MESSAGES_TOO_FAST","message":"too many"}"#,
                Heard::Refused { number: Some(7), code: "MESSAGES_TOO_FAST".to_owned() },
            ),
            (r#"{"op":"presence","roomId":"r","userId":"u","online":true}"#, Heard::Other),
        ] {
            assert_eq!(read(text).unwrap(), heard, "{text}");
        }
        assert!(read("4").is_err());
    }

    #[test]
    fn a_message_is_sent_under_its_number_and_its_id() {
        let message = Outgoing { number: 7, id: Uuid::from_u128(1), room: "r", content: "hi" };
        assert_eq!(
            send(message).unwrap(),
            r#"{"op":"send","ref":7,"roomId":"r","clientMessageId":"00000000-0000-0000-0000-000000000001","type":"TEXT","content":"hi"}"#
        );
    }
}
