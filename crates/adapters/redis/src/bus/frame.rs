//! Signals as JSON. Nodes of neighbouring versions speak to each other while they are exchanged, so a field
//! may be added but none may change.

use application::bus::{ConnectionId, Origin, Signal};
use chat::{ChatType, Message, MessageContent, MessageParts, Room, RoomFacts, RoomProgress};
use kernel::{MessageId, NotificationId, PlanId, RoomId, SessionId, Timestamp, TripDate, UserId};
use notification::{NewNotification, Notification, NotificationEvent, NotificationParts, Payload};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A signal, and its place among those of its node.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Frame {
    pub node: Uuid,
    /// From 1; one is left out for each signal that was dropped.
    pub number: u64,
    pub signal: SignalFrame,
}

/// A sign of life.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Beat {
    pub node: Uuid,
    /// Of the last signal that was sent before this; 0 if none was.
    pub number: u64,
    /// Whether the node takes leave: nothing follows.
    pub is_last: bool,
}

/// A signal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum SignalFrame {
    MessageStored { message: MessageFrame, members: [UserId; 2], connection: Option<ConnectionId> },
    MessageDeleted { room: RoomId, message: MessageId, seq: i64, members: [UserId; 2] },
    RoomChanged { room: RoomFrame },
    Read { room: RoomId, user: UserId, seq: i64, members: [UserId; 2] },
    Typing { room: RoomId, user: UserId, members: [UserId; 2] },
    Presence { user: UserId, online: bool, peers: Vec<UserId> },
    Notified { notification: NotificationFrame },
    SessionsEnded { sessions: Vec<SessionId> },
    Evicted { connections: Vec<ConnectionId> },
}

impl SignalFrame {
    /// `None` for what concerns its own node only.
    pub(super) fn of(signal: &Signal) -> Option<Self> {
        Some(match signal.clone() {
            Signal::MessageStored { message, members, origin } => {
                let connection = match origin {
                    Origin::Connection(connection) => Some(connection),
                    Origin::Http => None,
                };
                Self::MessageStored { message: MessageFrame::of(&message), members, connection }
            }
            Signal::MessageDeleted { room, message, seq, members } => {
                Self::MessageDeleted { room, message, seq, members }
            }
            Signal::RoomChanged { room } => Self::RoomChanged { room: RoomFrame::of(&room) },
            Signal::Read { room, user, seq, members } => Self::Read { room, user, seq, members },
            Signal::Typing { room, user, members } => Self::Typing { room, user, members },
            Signal::Presence { user, online, peers } => Self::Presence { user, online, peers },
            Signal::Notified { notification } => {
                Self::Notified { notification: NotificationFrame::of(&notification) }
            }
            Signal::SessionsEnded { sessions } => Self::SessionsEnded { sessions },
            Signal::Evicted { connections } => Self::Evicted { connections },
            Signal::Missed => return None,
        })
    }

    /// The signal; `None` if it holds something that can't be.
    pub(super) fn signal(self) -> Option<Signal> {
        Some(match self {
            Self::MessageStored { message, members, connection } => {
                let origin = connection.map_or(Origin::Http, Origin::Connection);
                Signal::MessageStored { message: message.message()?, members, origin }
            }
            Self::MessageDeleted { room, message, seq, members } => {
                Signal::MessageDeleted { room, message, seq, members }
            }
            Self::RoomChanged { room } => Signal::RoomChanged { room: room.room()? },
            Self::Read { room, user, seq, members } => Signal::Read { room, user, seq, members },
            Self::Typing { room, user, members } => Signal::Typing { room, user, members },
            Self::Presence { user, online, peers } => Signal::Presence { user, online, peers },
            Self::Notified { notification } => {
                Signal::Notified { notification: notification.notification()? }
            }
            Self::SessionsEnded { sessions } => Signal::SessionsEnded { sessions },
            Self::Evicted { connections } => Signal::Evicted { connections },
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageFrame {
    id: MessageId,
    room: RoomId,
    sender: UserId,
    seq: i64,
    #[serde(rename = "type")]
    chat_type: ChatType,
    content: String,
    deleted_at: Option<Timestamp>,
    client_message_id: Option<Uuid>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl MessageFrame {
    fn of(message: &Message) -> Self {
        let parts = message.parts();
        Self {
            id: parts.id,
            room: parts.room,
            sender: parts.sender,
            seq: parts.seq,
            chat_type: parts.content.chat_type(),
            content: parts.content.raw().to_owned(),
            deleted_at: parts.deleted_at,
            client_message_id: parts.client_message_id,
            created_at: parts.created_at,
            updated_at: parts.updated_at,
        }
    }

    fn message(self) -> Option<Message> {
        Some(Message::restore(MessageParts {
            id: self.id,
            room: self.room,
            sender: self.sender,
            seq: self.seq,
            content: MessageContent::restore(self.chat_type, self.content)?,
            deleted_at: self.deleted_at,
            client_message_id: self.client_message_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }))
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoomFrame {
    id: RoomId,
    plan: PlanId,
    dreamer: UserId,
    maker: UserId,
    plan_title: String,
    /// As `2031-05-06`.
    trip_date: String,
    price: i64,
    is_active: bool,
    last_seq: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl RoomFrame {
    fn of(room: &Room) -> Self {
        let (facts, progress) = (room.facts().clone(), room.progress());
        Self {
            id: facts.id,
            plan: facts.plan,
            dreamer: facts.dreamer,
            maker: facts.maker,
            plan_title: facts.plan_title,
            trip_date: facts.trip_date.to_string(),
            price: facts.price.get(),
            is_active: progress.is_active,
            last_seq: progress.last_seq,
            created_at: progress.created_at,
            updated_at: progress.updated_at,
        }
    }

    fn room(self) -> Option<Room> {
        let facts = RoomFacts {
            id: self.id,
            plan: self.plan,
            dreamer: self.dreamer,
            maker: self.maker,
            plan_title: self.plan_title,
            trip_date: TripDate::try_from(self.trip_date.as_str()).ok()?,
            price: self.price.try_into().ok()?,
        };
        let progress = RoomProgress {
            is_active: self.is_active,
            last_seq: self.last_seq,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        Some(Room::restore(facts, progress))
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotificationFrame {
    id: NotificationId,
    user: UserId,
    event: NotificationEvent,
    payload: Value,
    source: String,
    is_read: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl NotificationFrame {
    fn of(notification: &Notification) -> Self {
        let parts = notification.parts();
        Self {
            id: parts.new.id,
            user: parts.new.user,
            event: notification.event(),
            payload: notification.payload().to_json(),
            source: parts.new.source.clone(),
            is_read: parts.is_read,
            created_at: parts.created_at,
            updated_at: parts.updated_at,
        }
    }

    fn notification(self) -> Option<Notification> {
        Some(Notification::restore(NotificationParts {
            new: NewNotification {
                id: self.id,
                user: self.user,
                payload: Payload::from_json(self.event, &self.payload)?,
                source: self.source,
            },
            is_read: self.is_read,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }))
    }
}
