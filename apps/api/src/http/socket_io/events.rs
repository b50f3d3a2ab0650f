//! What the application says and hears over Socket.IO: the events of the web client.

use application::Error;
use application::chat::MessageView;
use bytestring::ByteString;
use chat::{ChatType, MessageContent, MessageText};
use kernel::{Invalid, RoomId, Validation};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::packet;
use crate::http::chat::answers::MessageAnswer;
use crate::http::error::{ApiError, status_of};
use crate::http::extract::body;
use crate::http::language::Language;
use crate::http::messages;

/// The event by which a client sends a message.
pub const SEND: &str = "ClientToServerMessage";
/// The event by which a client hears of a message.
const HEAR: &str = "ServerToClientMessage";
/// The events by which a client hears that a send has failed: the web client listens for the first one,
/// others for the second.
const FAILED: [&str; 2] = ["ERROR", "Error"];

/// The argument of [`SEND`]. Unknown fields are ignored, a `senderId` like all others.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendArgument {
    chat_room_id: RoomId,
    #[serde(rename = "type")]
    chat_type: ChatType,
    content: String,
    client_message_id: Option<Uuid>,
}

/// A message to send.
#[derive(Debug, PartialEq)]
pub struct Sending {
    pub room: RoomId,
    pub content: MessageContent,
    pub client_message_id: Option<Uuid>,
}

impl Sending {
    /// Reads the arguments of the event.
    pub fn read(arguments: &[Value]) -> Result<Self, Invalid> {
        let argument = arguments.first().unwrap_or(&Value::Null).to_string();
        let SendArgument { chat_room_id: room, chat_type, content, client_message_id } =
            body::parse(argument.as_bytes())?;
        let mut check = Validation::default();
        if chat_type != ChatType::Text {
            check.refuse("type", "must be TEXT; files go over HTTP");
        }
        let text = check.field("content", MessageText::try_from(content));
        check.build(|| Some(Self { room, content: MessageContent::Text(text?), client_message_id }))
    }
}

/// The packet by which a client hears of a message.
pub fn message(view: MessageView) -> Result<ByteString, serde_json::Error> {
    packet::event(HEAR, &MessageAnswer::from(view))
}

/// The answer to a send that succeeded.
pub fn sent(ack: u64, view: MessageView) -> Result<ByteString, serde_json::Error> {
    packet::ack(ack, &MessageAnswer::from(view))
}

/// Why something was refused, as clients are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    status_code: u16,
    message: String,
    code: &'static str,
}

impl Failure {
    /// Puts a refusal into words. What is our own fault is logged.
    pub fn of(error: Error, language: Language) -> Self {
        let code = error.code();
        let message = messages::sentence(code, error.cause().detail().as_deref(), language);
        ApiError::from(error).log();
        Self { status_code: status_of(code.kind).as_u16(), message, code: code.name }
    }

    /// The packets by which a client hears of it; the last one is the answer, if it asked for one.
    pub fn packets(&self, ack: Option<u64>) -> impl Iterator<Item = Result<ByteString, serde_json::Error>> {
        let events = FAILED.into_iter().map(|name| packet::event(name, self));
        events.chain(ack.map(|ack| packet::ack(ack, self)))
    }

    /// The packet that refuses the main namespace.
    pub fn connect_error(&self) -> Result<ByteString, serde_json::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Data {
            status_code: u16,
            code: &'static str,
        }
        let data = Data { status_code: self.status_code, code: self.code };
        packet::connect_error(packet::MAIN, &self.message, Some(&data))
    }
}

#[cfg(test)]
mod tests {
    use auth::TokenError;
    use kernel::ErrorCode;
    use serde_json::json;

    use super::*;

    const ROOM: &str = "0197c1f0-7a3c-7e21-b1d5-3f8f0c2a9e11";

    #[test]
    fn a_message_is_a_text_for_a_room() {
        let id = Uuid::from_u128(7);
        let argument = json!({ "chatRoomId": ROOM, "type": "TEXT", "content": "hi", "senderId": "me" });
        let sending = Sending::read(std::slice::from_ref(&argument)).unwrap();
        assert_eq!((sending.room.to_string().as_str(), sending.client_message_id), (ROOM, None));
        assert_eq!(sending.content, MessageContent::Text("hi".to_owned().try_into().unwrap()));

        let mut named = argument;
        named["clientMessageId"] = json!(id);
        assert_eq!(Sending::read(&[named, json!(1)]).unwrap().client_message_id, Some(id));
    }

    #[test]
    fn whatever_else_it_is_the_field_that_is_wrong_is_named() {
        let changed = |field: &str, value: Value| {
            let mut argument = json!({ "chatRoomId": ROOM, "type": "TEXT", "content": "hi" });
            argument[field] = value;
            argument
        };
        for (argument, field) in [
            (json!(null), "body"),
            (json!("hi"), "body"),
            (json!([ROOM, "TEXT", "hi"]), "body"),
            (json!({}), "chatRoomId"),
            (changed("chatRoomId", json!("room")), "chatRoomId"),
            (changed("chatRoomId", json!(7)), "chatRoomId"),
            (changed("type", json!("IMAGE")), "type"),
            (changed("type", json!("SMELL")), "type"),
            (changed("content", json!("")), "content"),
            (changed("content", json!("x".repeat(5001))), "content"),
            (changed("content", json!(null)), "content"),
            (changed("clientMessageId", json!("seven")), "clientMessageId"),
        ] {
            let invalid = Sending::read(&[argument]).unwrap_err();
            assert_eq!(invalid.fields().first().unwrap().field, field, "{invalid:?}");
        }
        assert!(Sending::read(&[]).is_err());
    }

    #[test]
    fn a_failure_is_told_by_both_events_and_by_the_answer() {
        let failure = Failure::of(TokenError::Expired.into(), Language::English);
        let body = serde_json::to_string(&failure).unwrap();
        assert!(
            body.starts_with(r#"{"statusCode":401,"message":""#)
                && body.ends_with(r#""code":"TOKEN_EXPIRED"}"#)
        );
        assert_eq!(
            failure.packets(Some(3)).map(Result::unwrap).collect::<Vec<_>>(),
            [format!(r#"42["ERROR",{body}]"#), format!(r#"42["Error",{body}]"#), format!("433[{body}]")]
        );
        assert_eq!(failure.packets(None).count(), 2);
        let refused = failure.connect_error().unwrap();
        assert!(refused.starts_with(r#"44{"message":""#), "{refused}");
        assert!(refused.ends_with(r#","data":{"statusCode":401,"code":"TOKEN_EXPIRED"}}"#), "{refused}");
    }
}
