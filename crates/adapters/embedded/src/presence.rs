//! Who is online, where there is one node.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use application::bus::ConnectionId;
use application::realtime::{ConnectionKind, Entered, Presence};
use async_trait::async_trait;
use kernel::{StoreError, Timestamp, UserId};

/// The book of connections of the only node there is. Nothing needs to be confirmed: the book dies with
/// the process.
#[derive(Debug, Default)]
pub struct LocalPresence {
    /// The connections of each user and kind, the oldest first.
    connections: Mutex<HashMap<(UserId, ConnectionKind), Vec<ConnectionId>>>,
}

impl LocalPresence {
    fn lock(&self) -> MutexGuard<'_, HashMap<(UserId, ConnectionKind), Vec<ConnectionId>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Presence for LocalPresence {
    async fn enter(
        &self,
        user: UserId,
        connection: ConnectionId,
        kind: ConnectionKind,
        limit: usize,
        _: Timestamp,
    ) -> Result<Entered, StoreError> {
        let mut connections = self.lock();
        let own = connections.entry((user, kind)).or_default();
        own.push(connection);
        let over = own.len().saturating_sub(limit);
        Ok(Entered { evicted: own.drain(..over).collect() })
    }

    async fn leave(
        &self,
        user: UserId,
        connection: ConnectionId,
        kind: ConnectionKind,
        _: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut connections = self.lock();
        let Some(own) = connections.get_mut(&(user, kind)) else { return Ok(false) };
        own.retain(|other| *other != connection);
        if !own.is_empty() {
            return Ok(false);
        }
        connections.remove(&(user, kind));
        Ok(kind == ConnectionKind::Socket)
    }

    async fn confirm(
        &self,
        _: &[(UserId, ConnectionId, ConnectionKind)],
        _: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn online(&self, users: &[UserId], _: Timestamp) -> Result<HashSet<UserId>, StoreError> {
        let connections = self.lock();
        let is_online = |user: &&UserId| connections.contains_key(&(**user, ConnectionKind::Socket));
        Ok(users.iter().filter(is_online).copied().collect())
    }
}
