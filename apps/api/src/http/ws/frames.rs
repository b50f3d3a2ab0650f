//! The frames of `goforme.v1`: JSON objects whose `op` is their name.

use std::collections::HashMap;

use application::realtime::{Delivery, History, RoomStatus};
use chat::MessageText;
use kernel::{ErrorCode, Invalid, RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::chat::answers::{MessageAnswer, RoomAnswer};
use crate::http::json::Time;
use crate::http::notifications::answers::NotificationAnswer;

/// What a client says. Unknown fields are ignored.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum ClientFrame {
    Hello {
        token: Option<String>,
        /// The last `seq` that the client saw, by room.
        resume: Option<HashMap<RoomId, i64>>,
    },
    Auth {
        token: String,
    },
    Send {
        #[serde(rename = "ref")]
        reference: Reference,
        room_id: RoomId,
        client_message_id: Option<Uuid>,
        #[serde(rename = "type")]
        kind: SendKind,
        content: String,
    },
    History {
        #[serde(rename = "ref")]
        reference: Reference,
        room_id: RoomId,
        before_seq: Option<i64>,
        after_seq: Option<i64>,
        limit: i64,
    },
    Read {
        room_id: RoomId,
        seq: i64,
    },
    Typing {
        room_id: RoomId,
    },
    Ping {
        #[serde(rename = "ref")]
        reference: Reference,
    },
}

/// What the client calls its request by: a text or a number, handed back as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Reference {
    Text(String),
    Number(i64),
}

/// What can be sent over a socket; files go over HTTP.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum SendKind {
    #[serde(rename = "TEXT")]
    Text,
}

/// Why a frame was not understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unreadable {
    /// It is no JSON object.
    NoObject,
    /// It is one, but not one that a client may send.
    Wrong {
        /// Whether it calls itself a hello.
        is_hello: bool,
        reference: Option<Reference>,
        invalid: Invalid,
    },
}

/// Reads a frame.
pub(super) fn read(text: &str) -> Result<ClientFrame, Unreadable> {
    // From an array serde would take the fields of a frame one after the other.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Unreadable::NoObject);
    }
    serde_json::from_str(text).map_err(|wrong| {
        let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(text) else {
            return Unreadable::NoObject;
        };
        let is_hello = fields.get("op").is_some_and(|op| op == "hello");
        let reference = fields.remove("ref").and_then(|reference| serde_json::from_value(reference).ok());
        Unreadable::Wrong { is_hello, reference, invalid: Invalid::field("op", wrong) }
    })
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum ServerFrame {
    Ready {
        user_id: UserId,
        session_id: String,
        server_time: Time,
        rooms: Vec<RoomFrame>,
    },
    Message {
        message: MessageAnswer,
    },
    Ack {
        #[serde(rename = "ref")]
        reference: Reference,
        message: MessageAnswer,
    },
    History {
        #[serde(rename = "ref")]
        reference: Reference,
        messages: Vec<MessageAnswer>,
        has_more: bool,
    },
    Deleted {
        room_id: RoomId,
        message_id: kernel::MessageId,
        seq: i64,
    },
    Read {
        room_id: RoomId,
        user_id: UserId,
        seq: i64,
    },
    Typing {
        room_id: RoomId,
        user_id: UserId,
    },
    Presence {
        room_id: RoomId,
        user_id: UserId,
        online: bool,
    },
    Room {
        room: RoomAnswer,
    },
    Notification {
        notification: NotificationAnswer,
    },
    Resync {
        room_id: RoomId,
        last_seq: i64,
    },
    Pong {
        #[serde(rename = "ref")]
        reference: Reference,
    },
    Error {
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        code: &'static str,
        message: String,
    },
}

/// A room in `ready`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoomFrame {
    id: RoomId,
    last_seq: i64,
    unread: i64,
    peer_read_seq: i64,
    is_active: bool,
    online: Vec<UserId>,
}

impl From<RoomStatus> for RoomFrame {
    fn from(status: RoomStatus) -> Self {
        let RoomStatus { room, unread, peer_read_seq, online } = status;
        let (id, last_seq, is_active) = (room.id(), room.last_seq(), room.is_active());
        Self { id, last_seq, unread, peer_read_seq, is_active, online }
    }
}

impl ServerFrame {
    /// The frame for a delivery; `None` for the order to close.
    pub(super) fn of(delivery: Delivery) -> Option<Self> {
        Some(match delivery {
            Delivery::Message { view, .. } => Self::Message { message: view.into() },
            Delivery::Deleted { room, message, seq } => {
                Self::Deleted { room_id: room, message_id: message, seq }
            }
            Delivery::Read { room, user, seq } => Self::Read { room_id: room, user_id: user, seq },
            Delivery::Typing { room, user } => Self::Typing { room_id: room, user_id: user },
            Delivery::Presence { room, user, online } => {
                Self::Presence { room_id: room, user_id: user, online }
            }
            Delivery::Room(view) => Self::Room { room: view.into() },
            Delivery::Notification(notification) => {
                Self::Notification { notification: (&notification).into() }
            }
            Delivery::Resync { room, last_seq } => Self::Resync { room_id: room, last_seq },
            Delivery::Close(_) => return None,
        })
    }

    /// The answer to `history`.
    pub(super) fn history(reference: Reference, history: History) -> Self {
        let History { messages, has_more } = history;
        Self::History { reference, messages: messages.into_iter().map(Into::into).collect(), has_more }
    }

    /// A refusal, which keeps the connection.
    pub(super) fn refusal(reference: Option<Reference>, error: &dyn ErrorCode) -> Self {
        Self::Error { reference, code: error.code().name, message: error.to_string() }
    }
}

/// The text of a message from a frame.
pub(super) fn text(content: String) -> Result<MessageText, Invalid> {
    content.try_into().map_err(|wrong| Invalid::field("content", wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_needs_nothing_but_its_name() {
        let room: RoomId = uuid::Uuid::from_u128(7).into();
        for (text, token, resume) in [
            (r#"{"op":"hello"}"#.to_owned(), None, None),
            (r#" {"op":"hello","token":null,"resume":null}"#.to_owned(), None, None),
            (r#"{"resume":{},"token":"t","op":"hello"}"#.to_owned(), Some("t"), Some(HashMap::new())),
            (format!(r#"{{"op":"hello","resume":{{"{room}":4}}}}"#), None, Some(HashMap::from([(room, 4)]))),
        ] {
            let Ok(ClientFrame::Hello { token: shown, resume: seen }) = read(&text) else { panic!("{text}") };
            assert_eq!((shown.as_deref(), seen), (token, resume), "{text}");
        }
    }

    #[test]
    fn what_is_no_object_is_no_frame_also_if_it_has_all_that_a_frame_needs() {
        for text in
            ["", "ping", "5", "null", "[1]", r#"["ping",5]"#, r#" ["hello"]"#, "{", r#"{"op":"ping"}}"#]
        {
            assert!(matches!(read(text), Err(Unreadable::NoObject)), "{text}");
        }
    }

    #[test]
    fn an_object_that_is_not_understood_says_which_one_it_was() {
        let number = |number| Some(Reference::Number(number));
        for (text, hello, named) in [
            ("{}", false, None),
            (r#"{"op":"dance","ref":7}"#, false, number(7)),
            (r#"{"op":"ping","ref":{}}"#, false, None),
            (r#"{"op":"send","ref":"a"}"#, false, Some(Reference::Text("a".to_owned()))),
            (r#"{"op":"hello","token":5,"ref":1}"#, true, number(1)),
            (r#"{"op":"hello","resume":{"room":1}}"#, true, None),
            (r#"{"op":"hello","resume":[]}"#, true, None),
        ] {
            let Err(Unreadable::Wrong { is_hello, reference, .. }) = read(text) else { panic!("{text}") };
            assert_eq!((is_hello, reference), (hello, named), "{text}");
        }
    }
}
