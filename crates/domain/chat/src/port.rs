//! Where rooms and messages are kept. Each method is one atomic step by itself; what is answered is
//! durable.

use async_trait::async_trait;
use kernel::{MessageId, Page, PageOf, PlanId, RoomId, StoreError, Timestamp, UserId};
use uuid::Uuid;

use crate::message::{Message, MessageContent};
use crate::room::Room;

/// The rooms, with how far their members have read.
///
/// Lists are in the order of the rooms' latest news, the newest first: the time of the message with the
/// highest number (deleted or not), or of the opening; ties are broken by id, the highest first.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RoomStore: Send + Sync {
    /// Adds the room, unless its plan has one. Of several at once for the same plan one is added, and
    /// the others MUST be told of that.
    async fn open(&self, room: &Room) -> Result<OpenRoom, StoreError>;

    /// Ends writing in the plan's room, as [`Room::deactivate`] does, and answers the room as it is
    /// then; `None` if the plan has none. No message that is sent after this was answered may be stored.
    async fn deactivate(&self, plan: PlanId, at: Timestamp) -> Result<Option<Room>, StoreError>;

    /// The room of that id.
    async fn find(&self, id: RoomId) -> Result<Option<Room>, StoreError>;

    /// A page of the rooms that the user is a member of, active or not.
    async fn page_of(&self, user: UserId, page: Page) -> Result<PageOf<RoomSummary>, StoreError>;

    /// The user's rooms, `limit` at most, with how far both members have read.
    async fn all_of(&self, user: UserId, limit: i64) -> Result<Vec<RoomPosition>, StoreError>;

    /// Notes that the user has read the room up to `seq`, or up to its last message if that comes
    /// before. MUST never go back, also when several come at once. For somebody who is no member, or an
    /// unknown room, nothing changes.
    async fn mark_read(&self, room: RoomId, user: UserId, seq: i64) -> Result<MarkRead, StoreError>;
}

/// What became of an opening.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenRoom {
    /// The room is stored.
    Opened,
    /// The plan has a room: this one.
    AlreadyOpen(Room),
}

/// A room as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSummary {
    /// The room.
    pub room: Room,
    /// The message with the highest number, also if it's deleted.
    pub last_message: Option<Message>,
}

/// A room and how far it has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomPosition {
    /// The room.
    pub room: Room,
    /// The number up to which the user has read, 0 for nothing.
    pub read_seq: i64,
    /// The number up to which the other member has read.
    pub peer_read_seq: i64,
    /// How many messages of the other member come after `read_seq`, deleted ones included.
    pub unread: i64,
}

/// What became of a read mark.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkRead {
    /// The user has now read up to this number.
    Advanced(i64),
    /// The user had read as far before, or isn't a member.
    Unchanged,
}

/// The messages.
///
/// A room's messages are numbered 1, 2, 3 … in the order of their storing. A number may be skipped (a
/// write that failed) but MUST never be given twice.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MessageStore: Send + Sync {
    /// Stores and numbers the message, and makes it the room's last one. MUST store nothing
    /// - if the same sender's message with the same `client_message_id` is in the room: that one is the
    ///   answer, also if its content differs, if the room was closed since, or if both come at once;
    /// - if the room isn't there or isn't active.
    async fn append(&self, message: NewMessage) -> Result<Append, StoreError>;

    /// The message of that id, deleted or not.
    async fn find(&self, id: MessageId) -> Result<Option<Message>, StoreError>;

    /// A page of the room's messages, the newest (highest number) first, deleted ones included.
    async fn page(&self, room: RoomId, page: Page) -> Result<PageOf<Message>, StoreError>;

    /// The first `limit` messages after `seq`, in ascending order.
    async fn after(&self, room: RoomId, seq: i64, limit: i64) -> Result<Vec<Message>, StoreError>;

    /// The last `limit` messages before `seq` (of all, without one), in ascending order.
    async fn before(&self, room: RoomId, seq: Option<i64>, limit: i64) -> Result<Vec<Message>, StoreError>;

    /// Deletes the message, which keeps its place, as [`Message::deleted`] does. Of several at once only
    /// one may be told that it did.
    async fn delete(&self, id: MessageId, at: Timestamp) -> Result<DeleteMessage, StoreError>;
}

/// A message that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The message's id.
    pub id: MessageId,
    /// Where it's written.
    pub room: RoomId,
    /// Who writes it.
    pub sender: UserId,
    /// What is written.
    pub content: MessageContent,
    /// The id by which the sender's client knows it, so that a send may be repeated.
    pub client_message_id: Option<Uuid>,
    /// When it's written.
    pub at: Timestamp,
}

/// What became of a message.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Append {
    /// It is stored, as this.
    Stored(Message),
    /// Its sender had sent it before: this is what was stored then.
    Duplicate(Message),
    /// The room isn't there, or closed; nothing is stored.
    RoomInactive,
}

/// What became of a deletion.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeleteMessage {
    /// It is deleted, and looks like this now.
    Deleted(Message),
    /// It was deleted before.
    AlreadyDeleted,
    /// There is no such message.
    NotFound,
}
