//! Who is online, counted over all nodes.

use std::collections::HashSet;

use async_trait::async_trait;
use kernel::{StoreError, Timestamp, UserId};

use crate::bus::ConnectionId;

/// What kind of connection it is; each kind has its own limit per user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    /// A WebSocket or a Socket.IO connection. Somebody with one is online.
    Socket,
    /// A stream of notifications.
    Stream,
}

/// What a new connection means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entered {
    /// The user's oldest connections of this kind, over the limit: they have to go, wherever they are.
    pub evicted: Vec<ConnectionId>,
}

/// The book of connections of all nodes.
#[async_trait]
pub trait Presence: Send + Sync {
    /// Notes a new connection; `limit` is the most that a user may have of its kind.
    async fn enter(
        &self,
        user: UserId,
        connection: ConnectionId,
        kind: ConnectionKind,
        limit: usize,
        now: Timestamp,
    ) -> Result<Entered, StoreError>;

    /// Notes that a connection has gone; answers whether its user went offline by that.
    async fn leave(
        &self,
        user: UserId,
        connection: ConnectionId,
        kind: ConnectionKind,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Says that these connections of this node are still there, which the hub does every 5 s. An
    /// implementation over several nodes MUST forget what was not confirmed for 15 s: its node has died.
    async fn confirm(
        &self,
        connections: &[(UserId, ConnectionId, ConnectionKind)],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Which of these users are online.
    async fn online(&self, users: &[UserId], now: Timestamp) -> Result<HashSet<UserId>, StoreError>;
}
