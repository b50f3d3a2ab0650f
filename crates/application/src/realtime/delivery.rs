//! What a connection is told.

use chat::Room;
use kernel::{MessageId, RoomId, UserId};
use notification::Notification;

use super::hub::CloseReason;
use crate::bus::Origin;
use crate::chat::{MessageView, RoomView};

/// Something for the client, ready to be encoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A message, in the order of its room. Its origin is known unless its signal was lost, or it's replayed.
    Message { view: MessageView, origin: Option<Origin> },
    /// A message was deleted.
    Deleted { room: RoomId, message: MessageId, seq: i64 },
    /// The other member has read up to `seq` (or this user, on another connection).
    Read { room: RoomId, user: UserId, seq: i64 },
    /// The other member is typing.
    Typing { room: RoomId, user: UserId },
    /// The other member of a room came or went.
    Presence { room: RoomId, user: UserId, online: bool },
    /// A room was opened or deactivated.
    Room(RoomView),
    /// A notification.
    Notification(Notification),
    /// Too much was missed to be replayed: the client reads the history.
    Resync { room: RoomId, last_seq: i64 },
    /// The connection has to be closed.
    Close(CloseReason),
}

/// A room as a client finds it when it connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomStatus {
    pub room: Room,
    pub unread: i64,
    pub peer_read_seq: i64,
    /// Which members are online.
    pub online: Vec<UserId>,
}
