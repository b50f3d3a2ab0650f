//! An entry of a room's log: a message, or the room's end.

use chat::{ChatType, Message, MessageContent, MessageParts, NewMessage};
use kernel::enums::Named;
use kernel::{StoreError, Timestamp};
use mongodb::bson::{DateTime, Uuid};
use serde::{Deserialize, Serialize};

use super::room::Head;
use super::{at, id, impossible, millis, stored};

/// An entry. Only `message.deletedAt` and `message.updatedAt` ever change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryDocument {
    /// The message's id; the room's for its end, so that it has one.
    #[serde(rename = "_id")]
    pub id: Uuid,
    pub room: Uuid,
    /// The place in the log, from 1; unique in the room.
    pub seq: i64,
    /// Unique in the room; see [`send_key`].
    pub send_key: String,
    pub head: Head,
    /// Nothing for the room's end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageDocument>,
}

/// What is said.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageDocument {
    pub sender: Uuid,
    #[serde(rename = "type")]
    pub chat_type: String,
    pub content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<Uuid>,
    pub created_at: DateTime,
    pub updated_at: DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime>,
}

/// That a message was deleted; being there decides it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeletionDocument {
    /// The message.
    #[serde(rename = "_id")]
    pub id: Uuid,
    pub at: DateTime,
}

/// By what a repeated send is known: the client's id for the message, which is the sender's own; without
/// one the message's id, which only the driver repeats. (Every entry has a key: an index that skips
/// documents without one would have to be partial, which not every server knows.)
pub(crate) fn send_key(message: &NewMessage) -> String {
    match message.client_message_id {
        Some(client_message_id) => format!("{}/{client_message_id}", message.sender),
        None => message.id.to_string(),
    }
}

impl EntryDocument {
    /// The message as the entry that follows on `before`.
    pub(crate) fn of_message(new: &NewMessage, before: Head) -> Self {
        let (send_key, at, sender) = (send_key(new), millis(new.at), stored(new.sender.to_uuid()));
        Self {
            id: stored(new.id.to_uuid()),
            room: stored(new.room.to_uuid()),
            seq: before.next(),
            send_key,
            head: before.with_message(sender, at),
            message: Some(MessageDocument {
                sender,
                chat_type: new.content.chat_type().to_string(),
                content: new.content.raw().to_owned(),
                client_message_id: new.client_message_id.map(stored),
                created_at: at,
                updated_at: at,
                deleted_at: None,
            }),
        }
    }

    /// The end of the room, as the entry that follows on `before`.
    pub(crate) fn of_end(room: Uuid, before: Head, at: Timestamp) -> Self {
        let head = before.closed(millis(at));
        Self { id: room, room, seq: before.next(), send_key: "end".to_owned(), head, message: None }
    }

    /// The message; `None` for the room's end.
    pub(crate) fn message(self) -> Result<Option<Message>, StoreError> {
        let Some(message) = self.message else { return Ok(None) };
        let chat_type = ChatType::parse(&message.chat_type);
        let content = chat_type.ok().and_then(|known| MessageContent::restore(known, message.content));
        Ok(Some(Message::restore(MessageParts {
            id: id(self.id),
            room: id(self.room),
            sender: id(message.sender),
            seq: self.seq,
            content: content.ok_or_else(|| impossible("type or content", self.id))?,
            deleted_at: message.deleted_at.map(at),
            client_message_id: message.client_message_id.map(id),
            created_at: at(message.created_at),
            updated_at: at(message.updated_at),
        })))
    }
}
