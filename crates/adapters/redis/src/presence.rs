//! Who is online on any node: the connections of each user and kind in a sorted set, by when they were
//! last confirmed.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use application::bus::ConnectionId;
use application::realtime::{ConnectionKind, Entered, Presence};
use async_trait::async_trait;
use chrono::TimeDelta;
use deadpool_redis::redis::{Pipeline, Script};
use kernel::{StoreError, Timestamp, UserId};
use tokio::sync::RwLock;

use crate::connection::Redis;

static ENTER: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("presence/enter.lua")));
static LEAVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("presence/leave.lua")));

/// The book of connections of all nodes, in Redis.
pub struct RedisPresence {
    redis: Redis,
    /// Written while this node confirms, read while one of its connections leaves: a confirmation that
    /// came after would bring back what has left.
    confirming: RwLock<()>,
}

impl RedisPresence {
    /// For how long a connection is there without being confirmed; after that its node has died.
    const FORGET_AFTER: TimeDelta = TimeDelta::seconds(15);
    /// After so many milliseconds Redis throws away what nobody has touched.
    const EXPIRE: i64 = 60_000;
    /// How many commands are sent at once.
    const BATCH: usize = 500;

    /// A book that is kept there.
    pub fn new(redis: &Redis) -> Self {
        Self { redis: redis.clone(), confirming: RwLock::default() }
    }

    fn key(&self, user: UserId, kind: ConnectionKind) -> String {
        let kind = match kind {
            ConnectionKind::Socket => "sockets",
            ConnectionKind::Stream => "streams",
        };
        self.redis.key(&format!("{kind}:{user}"))
    }
}

/// Up to when a confirmation is too old at `now`.
fn forgotten(now: Timestamp) -> i64 {
    (now - RedisPresence::FORGET_AFTER).timestamp_millis()
}

#[async_trait]
impl Presence for RedisPresence {
    async fn enter(
        &self,
        user: UserId,
        connection: ConnectionId,
        kind: ConnectionKind,
        limit: usize,
        now: Timestamp,
    ) -> Result<Entered, StoreError> {
        let mut script = ENTER.key(self.key(user, kind));
        script.arg(connection.to_string()).arg(now.timestamp_millis()).arg(forgotten(now));
        let evicted: Vec<String> = self.redis.invoke(script.arg(limit).arg(Self::EXPIRE)).await?;
        let id = |id: &String| id.parse().map_err(|_| StoreError::corrupt(format!("a connection {id:?}")));
        Ok(Entered { evicted: evicted.iter().map(id).collect::<Result<_, _>>()? })
    }

    async fn leave(
        &self,
        user: UserId,
        connection: ConnectionId,
        kind: ConnectionKind,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let _not_while_confirming = self.confirming.read().await;
        let mut script = LEAVE.key(self.key(user, kind));
        let was_last: bool =
            self.redis.invoke(script.arg(connection.to_string()).arg(forgotten(now))).await?;
        Ok(was_last && kind == ConnectionKind::Socket)
    }

    async fn confirm(
        &self,
        connections: &[(UserId, ConnectionId, ConnectionKind)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut by_key: HashMap<String, Vec<ConnectionId>> = HashMap::new();
        for (user, connection, kind) in connections {
            by_key.entry(self.key(*user, *kind)).or_default().push(*connection);
        }
        let by_key: Vec<_> = by_key.into_iter().collect();
        let _nobody_leaves = self.confirming.write().await;
        for batch in by_key.chunks(Self::BATCH) {
            let mut commands = Pipeline::with_capacity(batch.len() * 2);
            for (key, connections) in batch {
                let add = commands.cmd("ZADD").arg(key);
                for connection in connections {
                    add.arg(now.timestamp_millis()).arg(connection.to_string());
                }
                add.ignore().cmd("PEXPIRE").arg(key).arg(Self::EXPIRE).ignore();
            }
            self.redis.query::<()>(&commands).await?;
        }
        Ok(())
    }

    async fn online(&self, users: &[UserId], now: Timestamp) -> Result<HashSet<UserId>, StoreError> {
        let since = format!("({}", forgotten(now));
        let mut online = HashSet::new();
        for batch in users.chunks(Self::BATCH) {
            let mut commands = Pipeline::with_capacity(batch.len());
            for user in batch {
                let key = self.key(*user, ConnectionKind::Socket);
                commands.cmd("ZCOUNT").arg(key).arg(&since).arg("+inf");
            }
            let counts: Vec<u64> = self.redis.query(&commands).await?;
            let there = batch.iter().zip(counts).filter(|(_, count)| *count > 0);
            online.extend(there.map(|(user, _)| *user));
        }
        Ok(online)
    }
}
