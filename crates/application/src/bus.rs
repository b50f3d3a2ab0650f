//! What connected clients should hear at once, on whichever node they are connected.

#[cfg(feature = "testing")]
pub mod testing;

use std::sync::Arc;

use async_trait::async_trait;
use chat::{Message, Room};
use kernel::{MessageId, RoomId, SessionId, UserId};
use notification::Notification;
use tokio::sync::broadcast;
use uuid::Uuid;

/// Names a connection, so that what it sent is not echoed to it.
pub type ConnectionId = Uuid;

/// Something that just happened. A signal is a hint: it may be lost, and the store is the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A message was stored.
    MessageStored { message: Message, members: [UserId; 2], origin: Origin },
    /// A message was deleted; its place stays.
    MessageDeleted { room: RoomId, message: MessageId, seq: i64, members: [UserId; 2] },
    /// A room was opened or deactivated.
    RoomChanged { room: Room },
    /// Somebody has read up to `seq`.
    Read { room: RoomId, user: UserId, seq: i64, members: [UserId; 2] },
    /// Somebody is typing.
    Typing { room: RoomId, user: UserId, members: [UserId; 2] },
    /// Somebody came or went; `peers` share a room with them.
    Presence { user: UserId, online: bool, peers: Vec<UserId> },
    /// A notification was stored.
    Notified { notification: Notification },
    /// These sessions have ended; their connections have to go.
    SessionsEnded { sessions: Vec<SessionId> },
    /// These connections are over their user's limit; they have to go.
    Evicted { connections: Vec<ConnectionId> },
    /// Signals were lost on the way to this node: whoever is connected reads what it missed.
    Missed,
}

/// By which way a message came in: it decides who has drawn it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Over a socket: this one connection has drawn it.
    Connection(ConnectionId),
    /// Over HTTP: the web client has drawn it, so no Socket.IO socket of the sender gets it.
    Http,
}

/// Carries signals to every node, this one included.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Tells everybody. Never fails and never waits for a slow listener: a signal that can't be carried
    /// is dropped and logged.
    async fn publish(&self, signal: Signal);

    /// Everything that is published from now on. A listener that falls behind is told so (`Lagged`) and
    /// reads what it missed from the store.
    fn subscribe(&self) -> broadcast::Receiver<Arc<Signal>>;

    /// Takes leave of the other nodes, after what was published before has reached them; waits a second
    /// at most. Without it they take this node's end for a death. Nothing is carried to them afterwards.
    async fn close(&self) {}
}
