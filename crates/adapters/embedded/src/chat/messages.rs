//! The messages.

use async_trait::async_trait;
use chat::{
    Append, ChatType, DeleteMessage, Message, MessageContent, MessageParts, MessageStore, NewMessage,
};
use kernel::{MessageId, Page, PageOf, RoomId, StoreError, Timestamp};
use rusqlite::{Connection, Row, named_params, params};
use uuid::Uuid;

use crate::connection::Failure;
use crate::database::{Durability, Sqlite};
use crate::row::{self, millis};

/// The columns of a message, under names that no column of a room has.
macro_rules! columns {
    () => {
        "m.id AS message_id, m.room_id, m.sender_id, m.seq, m.type, m.content, m.client_message_id, \
         m.deleted_at, m.created_at AS sent_at, m.updated_at AS changed_at"
    };
}
pub(super) use columns;

/// A query for whole messages.
macro_rules! select_messages {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM chat_messages m ", $rest)
    };
}

#[async_trait]
impl MessageStore for Sqlite {
    async fn append(&self, message: NewMessage) -> Result<Append, StoreError> {
        self.write(Durability::Full, move |connection| {
            if let Some(first) = sent_before(connection, &message)? {
                return Ok(Append::Duplicate(first));
            }
            let Some(seq) = next_seq(connection, &message)? else { return Ok(Append::RoomInactive) };
            let message = numbered(message, seq);
            insert(connection, message.parts())?;
            Ok(Append::Stored(message))
        })
        .await
    }

    async fn find(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read(move |connection| by_id(connection, id)).await
    }

    async fn page(&self, room: RoomId, page: Page) -> Result<PageOf<Message>, StoreError> {
        self.read(move |connection| {
            let total = connection
                .prepare_cached("SELECT count(*) FROM chat_messages WHERE room_id = ?1")?
                .query_row([room.to_uuid()], |row| row.get(0))?;
            let list = row::list(
                connection,
                select_messages!("WHERE m.room_id = ?1 ORDER BY m.seq DESC LIMIT ?2 OFFSET ?3"),
                params![room.to_uuid(), page.limit(), page.offset()],
                read_message,
            )?;
            Ok(PageOf { total, list })
        })
        .await
    }

    async fn after(&self, room: RoomId, seq: i64, limit: i64) -> Result<Vec<Message>, StoreError> {
        self.read(move |connection| {
            row::list(
                connection,
                select_messages!("WHERE m.room_id = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3"),
                params![room.to_uuid(), seq, limit],
                read_message,
            )
        })
        .await
    }

    async fn before(&self, room: RoomId, seq: Option<i64>, limit: i64) -> Result<Vec<Message>, StoreError> {
        self.read(move |connection| {
            let mut messages = row::list(
                connection,
                select_messages!("WHERE m.room_id = ?1 AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3"),
                params![room.to_uuid(), seq.unwrap_or(i64::MAX), limit],
                read_message,
            )?;
            messages.reverse();
            Ok(messages)
        })
        .await
    }

    async fn delete(&self, id: MessageId, at: Timestamp) -> Result<DeleteMessage, StoreError> {
        self.write(Durability::Full, move |connection| {
            let deleted = row::change(
                connection,
                "UPDATE chat_messages SET deleted_at = ?2, updated_at = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                params![id.to_uuid(), millis(at)],
            )?;
            Ok(match by_id(connection, id)? {
                Some(message) if deleted == 1 => DeleteMessage::Deleted(message),
                Some(_) => DeleteMessage::AlreadyDeleted,
                None => DeleteMessage::NotFound,
            })
        })
        .await
    }
}

/// What was stored when the same sender sent the same message to the same room before.
fn sent_before(connection: &Connection, message: &NewMessage) -> Result<Option<Message>, Failure> {
    let Some(client_message_id) = message.client_message_id else { return Ok(None) };
    row::find(
        connection,
        select_messages!("WHERE m.room_id = ?1 AND m.sender_id = ?2 AND m.client_message_id = ?3"),
        params![message.room.to_uuid(), message.sender.to_uuid(), client_message_id],
        read_message,
    )
}

/// Counts the message in its room; `None` if the room isn't there or is closed.
fn next_seq(connection: &Connection, message: &NewMessage) -> Result<Option<i64>, Failure> {
    row::find(
        connection,
        "UPDATE chat_rooms SET last_seq = last_seq + 1, last_event_at = ?2 WHERE id = ?1 AND is_active = 1
         RETURNING last_seq",
        params![message.room.to_uuid(), millis(message.at)],
        |row| row.get("last_seq"),
    )
}

fn numbered(message: NewMessage, seq: i64) -> Message {
    Message::restore(MessageParts {
        id: message.id,
        room: message.room,
        sender: message.sender,
        seq,
        content: message.content,
        deleted_at: None,
        client_message_id: message.client_message_id,
        created_at: message.at,
        updated_at: message.at,
    })
}

fn insert(connection: &Connection, message: &MessageParts) -> rusqlite::Result<()> {
    row::change(
        connection,
        "INSERT INTO chat_messages (id, room_id, seq, sender_id, type, content, client_message_id, created_at,
                                    updated_at)
         VALUES (:id, :room, :seq, :sender, :type, :content, :client_message_id, :created_at, :updated_at)",
        named_params! {
            ":id": message.id.to_uuid(),
            ":room": message.room.to_uuid(),
            ":seq": message.seq,
            ":sender": message.sender.to_uuid(),
            ":type": message.content.chat_type().to_string(),
            ":content": message.content.raw(),
            ":client_message_id": message.client_message_id,
            ":created_at": millis(message.created_at),
            ":updated_at": millis(message.updated_at),
        },
    )
    .map(drop)
}

fn by_id(connection: &Connection, id: MessageId) -> Result<Option<Message>, Failure> {
    row::find(connection, select_messages!("WHERE m.id = ?1"), [id.to_uuid()], read_message)
}

/// The message of a row that may have none, by a left join.
pub(super) fn read_message_or_null(row: &Row<'_>) -> rusqlite::Result<Option<Message>> {
    match row.get::<_, Option<Uuid>>("message_id")? {
        Some(_) => read_message(row).map(Some),
        None => Ok(None),
    }
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let chat_type: ChatType = row::named(row, "type")?;
    Ok(Message::restore(MessageParts {
        id: row::id(row, "message_id")?,
        room: row::id(row, "room_id")?,
        sender: row::id(row, "sender_id")?,
        seq: row.get("seq")?,
        content: row::parsed(row, "content", |raw| {
            MessageContent::restore(chat_type, raw).ok_or("not what a message of its type can hold")
        })?,
        deleted_at: row::at_or_null(row, "deleted_at")?,
        client_message_id: row.get("client_message_id")?,
        created_at: row::at(row, "sent_at")?,
        updated_at: row::at(row, "changed_at")?,
    }))
}
