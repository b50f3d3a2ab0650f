//! A message in a room.

use kernel::{Code, ErrorCode, MessageId, RoomId, Text, Timestamp, UserId, named_enum};
use media::MediaKey;
use uuid::Uuid;

use crate::room::{Room, RoomRefusal};

named_enum! {
    /// What a message is.
    pub enum ChatType {
        Text = "TEXT",
        Image = "IMAGE",
        Video = "VIDEO",
    }
}

/// The text of a message.
pub type MessageText = Text<5000>;

/// What a message says or shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageContent {
    /// A text.
    Text(MessageText),
    /// A picture.
    Image(MediaKey),
    /// A film.
    Video(MediaKey),
}

impl MessageContent {
    /// The kind of message this makes.
    pub const fn chat_type(&self) -> ChatType {
        match self {
            Self::Text(_) => ChatType::Text,
            Self::Image(_) => ChatType::Image,
            Self::Video(_) => ChatType::Video,
        }
    }

    /// The text, or the file's key: with [`chat_type`](Self::chat_type) all that a store needs to keep.
    pub fn raw(&self) -> &str {
        match self {
            Self::Text(text) => text.as_str(),
            Self::Image(key) | Self::Video(key) => key.as_str(),
        }
    }

    /// Reads back what [`chat_type`](Self::chat_type) and [`raw`](Self::raw) gave; `None` for what they
    /// can't have given.
    pub fn restore(chat_type: ChatType, raw: String) -> Option<Self> {
        match chat_type {
            ChatType::Text => raw.try_into().ok().map(Self::Text),
            ChatType::Image => raw.try_into().ok().map(Self::Image),
            ChatType::Video => raw.try_into().ok().map(Self::Video),
        }
    }
}

/// A message in pieces, for stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageParts {
    /// The message.
    pub id: MessageId,
    /// Where it was written.
    pub room: RoomId,
    /// Who wrote it.
    pub sender: UserId,
    /// Its place in the room, from 1.
    pub seq: i64,
    /// What was written; kept when it's deleted, but never shown again.
    pub content: MessageContent,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The id by which its sender's client knows it, if that gave one.
    pub client_message_id: Option<Uuid>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was written or deleted.
    pub updated_at: Timestamp,
}

/// A message. Once stored it changes only by being deleted, and then keeps its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(MessageParts);

impl Message {
    /// What stands in the place of a deleted message.
    pub const PLACEHOLDER: &str = "삭제된 메시지입니다.";

    /// A message as it was stored.
    pub const fn restore(parts: MessageParts) -> Self {
        Self(parts)
    }

    /// Everything about it, for stores.
    pub const fn parts(&self) -> &MessageParts {
        &self.0
    }

    /// The message's id.
    pub const fn id(&self) -> MessageId {
        self.0.id
    }

    /// Where it was written.
    pub const fn room(&self) -> RoomId {
        self.0.room
    }

    /// Who wrote it.
    pub const fn sender(&self) -> UserId {
        self.0.sender
    }

    /// Its place in the room, from 1.
    pub const fn seq(&self) -> i64 {
        self.0.seq
    }

    /// What it is; a deleted one stays what it was.
    pub const fn chat_type(&self) -> ChatType {
        self.0.content.chat_type()
    }

    /// What may be shown of it: `None` once deleted, when [`PLACEHOLDER`](Self::PLACEHOLDER) stands in.
    pub const fn content(&self) -> Option<&MessageContent> {
        if self.is_deleted() { None } else { Some(&self.0.content) }
    }

    /// Whether it was deleted.
    pub const fn is_deleted(&self) -> bool {
        self.0.deleted_at.is_some()
    }

    /// How it looks in a list of rooms: its text, a word for a file, or the placeholder.
    pub fn preview(&self) -> &str {
        match self.content() {
            Some(MessageContent::Text(text)) => text.as_str(),
            Some(MessageContent::Image(_)) => "이미지",
            Some(MessageContent::Video(_)) => "동영상",
            None => Self::PLACEHOLDER,
        }
    }

    /// The file to download; a text and a deleted message have none.
    pub const fn file(&self) -> Result<&MediaKey, MessageRefusal> {
        match self.content() {
            Some(MessageContent::Image(key) | MessageContent::Video(key)) => Ok(key),
            Some(MessageContent::Text(_)) | None => Err(MessageRefusal::HasNoFile),
        }
    }

    /// Refuses anyone but its sender, and them too when it's deleted already or its room is closed.
    /// `room` is the room it's in.
    pub fn check_deletable(&self, room: &Room, by: UserId) -> Result<(), MessageRefusal> {
        room.check_member(by)?;
        if by != self.sender() {
            return Err(MessageRefusal::NotYours);
        }
        if self.is_deleted() {
            return Err(MessageRefusal::AlreadyDeleted);
        }
        Ok(room.check_writable(by)?)
    }

    /// The message without what it said. Deleting it again changes nothing, not even the time.
    #[must_use]
    pub fn deleted(mut self, at: Timestamp) -> Self {
        if !self.is_deleted() {
            self.0.deleted_at = Some(at);
            self.0.updated_at = at;
        }
        self
    }
}

/// Why something about a message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    /// There is none.
    #[error("there is no such message")]
    NotFound,
    /// Somebody else wrote it.
    #[error("only its sender may do this")]
    NotYours,
    /// It is deleted.
    #[error("the message is deleted already")]
    AlreadyDeleted,
    /// It's a text, or deleted.
    #[error("the message has no file")]
    HasNoFile,
    /// Its room is not the caller's, or closed.
    #[error(transparent)]
    Room(#[from] RoomRefusal),
}

impl ErrorCode for MessageRefusal {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::not_found("MESSAGE_NOT_FOUND"),
            Self::NotYours => Code::forbidden("MESSAGE_NOT_YOURS"),
            Self::AlreadyDeleted => Code::conflict("MESSAGE_ALREADY_DELETED"),
            Self::HasNoFile => Code::invalid("MESSAGE_HAS_NO_FILE"),
            Self::Room(refusal) => refusal.code(),
        }
    }
}
