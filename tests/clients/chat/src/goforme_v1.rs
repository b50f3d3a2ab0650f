//! The frames of `/ws`, as far as this client needs them: JSON objects whose `op` is their name.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::site::Site;
use crate::socket::{Lost, Socket};

/// Where it is spoken.
pub const PATH: &str = "/ws";

/// What we say.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClientFrame<'a> {
    Hello {
        token: &'a str,
        /// The last `seq` that was seen, by room.
        resume: BTreeMap<&'a str, i64>,
    },
    Send {
        #[serde(rename = "ref")]
        reference: Uuid,
        room_id: &'a str,
        client_message_id: Uuid,
        #[serde(rename = "type")]
        kind: Kind,
        content: &'a str,
    },
    Ping {
        #[serde(rename = "ref")]
        reference: u32,
    },
}

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    Text,
    Image,
    Video,
}

/// What we hear. Whatever else there is, or will be, is none of our business.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerFrame {
    Ready,
    Message {
        message: Message,
    },
    Ack {
        message: Message,
    },
    Deleted {
        room_id: String,
        seq: i64,
    },
    Presence {
        room_id: String,
        user_id: String,
        online: bool,
    },
    Resync {
        room_id: String,
        last_seq: i64,
    },
    Error {
        #[serde(rename = "ref")]
        reference: Option<String>,
        code: String,
        message: String,
    },
    #[serde(other)]
    Other,
}

/// A message, here and over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// UTC.
    pub created_at: String,
    pub chat_room_id: String,
    pub sender_id: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The text, or where the file is.
    pub content: String,
    /// Its place in the room, from 1, with gaps.
    pub seq: i64,
    pub client_message_id: Option<Uuid>,
}

impl ClientFrame<'_> {
    /// The text to send.
    pub fn text(&self) -> Result<String, Lost> {
        serde_json::to_string(self).map_err(|error| Lost::Broken(format!("encoding a frame: {error}")))
    }
}

/// A name for a message, which no other client gives to one.
pub fn new_id() -> anyhow::Result<Uuid> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("there is no chance on this machine")?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// A connection on which `hello` was answered.
pub async fn connect(site: &Site, hello: &ClientFrame<'_>) -> Result<Socket, Lost> {
    let address = site.resolve().await.map_err(|error| Lost::Broken(format!("{error:#}")))?;
    let mut socket = Socket::open(address, &site.websocket(PATH)).await?;
    socket.say(hello.text()?).await?;
    let greeting = socket.hear_soon().await?;
    match read(&greeting)? {
        ServerFrame::Ready => Ok(socket),
        _ => Err(Lost::Broken(format!("the server greeted with {greeting}"))),
    }
}

/// What a text says.
pub fn read(text: &str) -> Result<ServerFrame, Lost> {
    serde_json::from_str(text).map_err(|error| Lost::Broken(format!("what the server said: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_what_the_page_for_mobile_developers_shows() {
        let hello = ClientFrame::Hello { token: "t", resume: BTreeMap::from([("r", 41)]) };
        assert_eq!(hello.text().unwrap(), r#"{"op":"hello","token":"t","resume":{"r":41}}"#);
        let id = Uuid::from_u128(7);
        let (reference, kind) = (id, Kind::Text);
        let send =
            ClientFrame::Send {
                reference, room_id: "r", client_message_id: id, kind, content: "3번 출구요"
            };
        let uuid = "00000000-0000-0000-0000-000000000007";
        assert_eq!(
            send.text().unwrap(),
            format!(
                r#"{{"op":"send","ref":"{uuid}","roomId":"r","clientMessageId":"{uuid}","type":"TEXT","content":"3번 출구요"}}"#
            )
        );
    }

    #[test]
    fn unknown_frames_and_fields_are_passed_over() {
        for text in [r#"{"op":"dance"}"#, r#"{"op":"typing","roomId":"r","userId":"u"}"#] {
            assert!(matches!(serde_json::from_str(text), Ok(ServerFrame::Other)), "{text}");
        }
        let ready = r#"{"op":"ready","userId":"u","rooms":[]}"#;
        assert!(matches!(serde_json::from_str(ready), Ok(ServerFrame::Ready)));
        let error = r#"{"op":"error","code":"ROOM_INACTIVE","message":"the room is closed"}"#;
        assert!(matches!(serde_json::from_str(error), Ok(ServerFrame::Error { reference: None, .. })));
    }
}
