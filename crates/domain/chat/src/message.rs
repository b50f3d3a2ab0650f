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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::Kind;
    use kernel::enums::Named;

    use super::*;
    use crate::testing::{a_new_message, a_room, a_stored_message, a_text, ids, now};

    fn a_key() -> MediaKey {
        "chat/room/message.jpg".try_into().unwrap()
    }

    fn contents() -> [MessageContent; 3] {
        [a_text("어디서 볼까요?"), MessageContent::Image(a_key()), MessageContent::Video(a_key())]
    }

    fn a_message(room: &Room, content: MessageContent) -> Message {
        let mut new = a_new_message(room);
        new.content = content;
        a_stored_message(new, 1)
    }

    #[test]
    fn a_list_shows_the_text_or_what_kind_of_file_it_is_or_that_it_is_gone() {
        let room = a_room();
        let previews = contents().map(|content| a_message(&room, content).preview().to_owned());
        assert_eq!(previews, ["어디서 볼까요?", "이미지", "동영상"]);
        for content in contents() {
            assert_eq!(a_message(&room, content).deleted(now()).preview(), "삭제된 메시지입니다.");
        }
    }

    #[test]
    fn content_is_restored_from_its_type_and_its_raw_form() {
        for (content, chat_type) in contents().into_iter().zip(ChatType::ALL) {
            assert_eq!(content.chat_type(), *chat_type);
            let raw = content.raw().to_owned();
            assert_eq!(MessageContent::restore(*chat_type, raw), Some(content));
        }
        for chat_type in ChatType::ALL {
            assert_eq!(MessageContent::restore(*chat_type, String::new()), None);
        }
    }

    #[test]
    fn only_files_can_be_downloaded_and_only_until_they_are_deleted() {
        let room = a_room();
        let [text, image, video] = contents().map(|content| a_message(&room, content));
        assert_eq!(text.file(), Err(MessageRefusal::HasNoFile));
        assert_eq!((image.file(), video.file()), (Ok(&a_key()), Ok(&a_key())));
        assert_eq!(image.deleted(now()).file(), Err(MessageRefusal::HasNoFile));
    }

    #[test]
    fn a_deleted_message_keeps_its_place_and_type_but_not_its_content() {
        let message = a_message(&a_room(), MessageContent::Image(a_key()));
        let deleted_at = now() + TimeDelta::minutes(1);
        let deleted = message.clone().deleted(deleted_at).deleted(deleted_at + TimeDelta::minutes(1));
        assert_eq!((deleted.id(), deleted.seq()), (message.id(), message.seq()));
        assert_eq!((deleted.chat_type(), deleted.content()), (ChatType::Image, None));
        assert_eq!((deleted.parts().created_at, deleted.parts().updated_at), (now(), deleted_at));
    }

    #[test]
    fn a_message_is_deleted_by_its_sender_once_while_the_room_is_open() {
        let mut room = a_room();
        let [sender, peer] = room.members();
        let message = a_message(&room, a_text("x"));
        assert_eq!(message.check_deletable(&room, sender), Ok(()));
        assert_eq!(message.check_deletable(&room, peer), Err(MessageRefusal::NotYours));
        let stranger = message.check_deletable(&room, ids().next());
        assert_eq!(stranger, Err(MessageRefusal::Room(RoomRefusal::Forbidden)));
        let again = message.clone().deleted(now()).check_deletable(&room, sender);
        assert_eq!(again, Err(MessageRefusal::AlreadyDeleted));
        room.deactivate(now());
        let closed = message.check_deletable(&room, sender);
        assert_eq!(closed, Err(MessageRefusal::Room(RoomRefusal::Inactive)));
    }

    #[test]
    fn every_refusal_has_the_status_of_the_contract() {
        for (refusal, kind, name) in [
            (MessageRefusal::NotFound, Kind::NotFound, "MESSAGE_NOT_FOUND"),
            (MessageRefusal::NotYours, Kind::Forbidden, "MESSAGE_NOT_YOURS"),
            (MessageRefusal::AlreadyDeleted, Kind::Conflict, "MESSAGE_ALREADY_DELETED"),
            (MessageRefusal::HasNoFile, Kind::Invalid, "MESSAGE_HAS_NO_FILE"),
            (RoomRefusal::NotFound.into(), Kind::NotFound, "ROOM_NOT_FOUND"),
            (RoomRefusal::Forbidden.into(), Kind::Forbidden, "ROOM_FORBIDDEN"),
            (RoomRefusal::Inactive.into(), Kind::Invalid, "ROOM_INACTIVE"),
        ] {
            assert_eq!((refusal.code().kind, refusal.code().name), (kind, name));
        }
    }
}
