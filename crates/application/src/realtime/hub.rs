//! The connections of this node, each with a bounded queue.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use auth::AccessClaims;
use kernel::{SessionId, UserId};
use tokio::sync::{broadcast, mpsc};
use tokio::time::MissedTickBehavior;

use super::presence::{ConnectionKind, Entered, Presence};
use crate::bus::{Bus, ConnectionId, Signal};
use crate::environment::Environment;

/// Why the server closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// It could not keep up with what it was told.
    TooSlow,
    /// Its user has opened too many others.
    TooMany,
    /// Its session has ended, or its token expired.
    Unauthenticated,
    /// The node is going down.
    GoingDown,
}

/// How much a node and a user may have.
#[derive(Debug, Clone, Copy)]
pub struct HubLimits {
    /// Connections per user and kind.
    pub per_user: usize,
    /// Signals that may wait for one connection.
    pub queue: usize,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self { per_user: 10, queue: 256 }
    }
}

/// What waits in a connection's queue.
#[derive(Debug, Clone)]
pub enum Queued {
    /// Something happened.
    Signal(Arc<Signal>),
    /// Signals were lost on the way to this node: look for yourself.
    Missed,
}

struct Connection {
    user: UserId,
    session: SessionId,
    kind: ConnectionKind,
    queue: mpsc::Sender<Queued>,
    /// Whether [`Queued::Missed`] is in the queue.
    missed: Arc<AtomicBool>,
    /// Set before the queue is dropped, so that the receiver finds out why it has ended.
    closed: Arc<OnceLock<CloseReason>>,
}

#[derive(Default)]
struct Connections {
    by_id: HashMap<ConnectionId, Connection>,
    by_user: HashMap<UserId, Vec<ConnectionId>>,
}

impl Connections {
    fn insert(&mut self, id: ConnectionId, connection: Connection) {
        self.by_user.entry(connection.user).or_default().push(id);
        self.by_id.insert(id, connection);
    }

    fn remove(&mut self, id: ConnectionId) -> Option<Connection> {
        let connection = self.by_id.remove(&id)?;
        if let Entry::Occupied(mut ids) = self.by_user.entry(connection.user) {
            ids.get_mut().retain(|other| *other != id);
            if ids.get().is_empty() {
                ids.remove();
            }
        }
        Some(connection)
    }

    fn close(&mut self, id: ConnectionId, reason: CloseReason) {
        if let Some(connection) = self.remove(id) {
            // The first reason counts.
            let _ = connection.closed.set(reason);
        }
    }

    fn of_sessions(&self, sessions: &[SessionId]) -> Vec<ConnectionId> {
        let ended = |connection: &Connection| sessions.contains(&connection.session);
        self.by_id.iter().filter(|(_, connection)| ended(connection)).map(|(id, _)| *id).collect()
    }

    /// Puts `queued` into the queues of these users' connections that `wants`; closes those that are full.
    fn queue(&mut self, users: &[UserId], wants: impl Fn(ConnectionKind) -> bool, queued: &Queued) {
        let mut full = Vec::new();
        for id in users.iter().filter_map(|user| self.by_user.get(user)).flatten() {
            let Some(connection) = self.by_id.get(id).filter(|connection| wants(connection.kind)) else {
                continue;
            };
            if connection.queue.try_send(queued.clone()).is_err() {
                full.push(*id);
            }
        }
        self.close_full(&full);
    }

    /// Tells everybody that something was missed. One who was told and has not looked yet will find it.
    fn queue_missed(&mut self) {
        let is_full = |connection: &Connection| {
            !connection.missed.swap(true, Ordering::SeqCst)
                && connection.queue.try_send(Queued::Missed).is_err()
        };
        let full = self.by_id.iter().filter(|(_, connection)| is_full(connection));
        let full: Vec<ConnectionId> = full.map(|(id, _)| *id).collect();
        self.close_full(&full);
    }

    fn close_full(&mut self, full: &[ConnectionId]) {
        for id in full {
            tracing::info!(connection.id = %id, "a connection could not keep up and is closed");
            self.close(*id, CloseReason::TooSlow);
        }
    }
}

/// The connections of this node.
pub struct Hub {
    connections: Mutex<Connections>,
    presence: Arc<dyn Presence>,
    bus: Arc<dyn Bus>,
    environment: Environment,
    limits: HubLimits,
}

impl Hub {
    /// How often the book of connections hears that those of this node are still there.
    const CONFIRM_EVERY: Duration = Duration::from_secs(5);

    /// A hub without connections; [`Hub::run`] has to be running for them to hear anything.
    pub fn new(
        presence: Arc<dyn Presence>,
        bus: Arc<dyn Bus>,
        environment: Environment,
        limits: HubLimits,
    ) -> Arc<Self> {
        Arc::new(Self { connections: Mutex::default(), presence, bus, environment, limits })
    }

    /// Registers a connection. What happens from now on is in its queue, so read the store afterwards.
    ///
    /// While the book of connections can't be reached, connections are let in without it: nobody can tell
    /// who is online, and the limit waits until they're confirmed.
    pub async fn register(self: &Arc<Self>, claims: &AccessClaims, kind: ConnectionKind) -> Registration {
        let id: ConnectionId = self.environment.next_id();
        let (queue, queued) = mpsc::channel(self.limits.queue);
        let closed = Arc::new(OnceLock::new());
        let (user, session) = (claims.user, claims.session);
        let missed = Arc::new(AtomicBool::new(false));
        let (also_missed, also_closed) = (Arc::clone(&missed), Arc::clone(&closed));
        let connection = Connection { user, session, kind, queue, missed: also_missed, closed: also_closed };
        self.lock().insert(id, connection);
        let (hub, peers) = (Arc::clone(self), Vec::new());
        let registration = Registration { hub, id, user, kind, peers, queued, missed, closed };
        let now = self.environment.now();
        let entered = self.presence.enter(user, id, kind, self.limits.per_user, now).await;
        let entered = entered.unwrap_or_else(|error| {
            tracing::warn!(connection.id = %id, %error, "a connection could not be noted");
            Entered::default()
        });
        if !entered.evicted.is_empty() {
            self.bus.publish(Signal::Evicted { connections: entered.evicted }).await;
        }
        registration
    }

    /// Which of these users are online, on any node. If nobody can tell, nobody is.
    pub async fn online(&self, users: &[UserId]) -> HashSet<UserId> {
        self.presence.online(users, self.environment.now()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "nobody can tell who is online");
            HashSet::new()
        })
    }

    /// How many connections this node has.
    pub fn len(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Whether this node has no connection.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Closes every connection: the node is going down.
    pub fn close_all(&self) {
        let mut connections = self.lock();
        let all: Vec<ConnectionId> = connections.by_id.keys().copied().collect();
        for id in all {
            connections.close(id, CloseReason::GoingDown);
        }
    }

    /// Listens to the bus, from the moment of this call, and tells the connections, until the bus is gone.
    pub fn run(self: Arc<Self>) -> impl Future<Output = ()> + Send {
        let signals = self.bus.subscribe();
        async move {
            // Side by side: a book of connections that hangs keeps nobody's messages.
            tokio::select! {
                () = self.listen(signals) => {}
                never = self.keep_confirming() => match never {},
            }
        }
    }

    async fn listen(&self, mut signals: broadcast::Receiver<Arc<Signal>>) {
        loop {
            match signals.recv().await {
                Ok(signal) => self.tell(&signal),
                Err(broadcast::error::RecvError::Lagged(lost)) => {
                    tracing::warn!(signals.lost = lost, "signals were lost; connections read the store");
                    self.tell_missed();
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    fn tell(&self, signal: &Arc<Signal>) {
        let queued = Queued::Signal(Arc::clone(signal));
        let sockets = |kind| kind == ConnectionKind::Socket;
        let mut connections = self.lock();
        match &**signal {
            Signal::MessageStored { members, .. }
            | Signal::MessageDeleted { members, .. }
            | Signal::Read { members, .. }
            | Signal::Typing { members, .. } => connections.queue(members, sockets, &queued),
            Signal::RoomChanged { room } => connections.queue(&room.members(), sockets, &queued),
            Signal::Presence { peers, .. } => connections.queue(peers, sockets, &queued),
            Signal::Notified { notification } => connections.queue(&[notification.user()], |_| true, &queued),
            Signal::SessionsEnded { sessions } => {
                for id in connections.of_sessions(sessions) {
                    connections.close(id, CloseReason::Unauthenticated);
                }
            }
            Signal::Evicted { connections: evicted } => {
                for id in evicted {
                    connections.close(*id, CloseReason::TooMany);
                }
            }
            Signal::Missed => {
                drop(connections);
                self.tell_missed();
            }
        }
    }

    fn tell_missed(&self) {
        self.lock().queue_missed();
    }

    async fn keep_confirming(&self) -> Infallible {
        let mut confirm = tokio::time::interval(Self::CONFIRM_EVERY);
        confirm.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            confirm.tick().await;
            self.confirm().await;
        }
    }

    /// Says that the connections of this node are still there.
    async fn confirm(&self) {
        let held: Vec<_> = {
            let connections = self.lock();
            connections.by_id.iter().map(|(id, held)| (held.user, *id, held.kind)).collect()
        };
        if let Err(error) = self.presence.confirm(&held, self.environment.now()).await {
            tracing::warn!(%error, "the connections of this node could not be confirmed");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A registered connection's end of its queue. Dropping it takes the connection out.
pub struct Registration {
    hub: Arc<Hub>,
    id: ConnectionId,
    user: UserId,
    kind: ConnectionKind,
    /// Who hears when the user comes or goes.
    peers: Vec<UserId>,
    queued: mpsc::Receiver<Queued>,
    missed: Arc<AtomicBool>,
    closed: Arc<OnceLock<CloseReason>>,
}

impl Registration {
    /// The connection's name.
    pub fn id(&self) -> ConnectionId {
        self.id
    }

    /// Why the connection has to be closed, if it has, whatever is still queued.
    pub fn closed(&self) -> Option<CloseReason> {
        self.closed.get().copied()
    }

    /// What is next in the queue, or why there is nothing any more. Safe to cancel.
    pub async fn next(&mut self) -> Result<Queued, CloseReason> {
        let queued = self.queued.recv().await;
        if matches!(queued, Some(Queued::Missed)) {
            // What is missed from now on may not be in the store yet when it's read.
            self.missed.store(false, Ordering::SeqCst);
        }
        match queued {
            // What is still queued is of no use to a connection that has to go.
            Some(queued) if self.closed().is_none() => Ok(queued),
            _ => Err(self.closed().unwrap_or(CloseReason::GoingDown)),
        }
    }

    /// Tells `peers` that the user is online, and remembers to tell them when that ends.
    pub async fn announce_to(&mut self, peers: Vec<UserId>) {
        self.peers.clone_from(&peers);
        if !peers.is_empty() {
            self.hub.bus.publish(Signal::Presence { user: self.user, online: true, peers }).await;
        }
    }

    /// Adds somebody who hears when the user goes.
    pub fn add_peer(&mut self, peer: UserId) {
        if !self.peers.contains(&peer) {
            self.peers.push(peer);
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.hub.lock().remove(self.id);
        let (hub, user, id, kind) = (Arc::clone(&self.hub), self.user, self.id, self.kind);
        let peers = std::mem::take(&mut self.peers);
        let leave = async move {
            match hub.presence.leave(user, id, kind, hub.environment.now()).await {
                Ok(true) if !peers.is_empty() => {
                    hub.bus.publish(Signal::Presence { user, online: false, peers }).await;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a connection that has gone could not be noted"),
            }
        };
        // At the end of the process there is no runtime any more, and nobody to tell.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(leave);
        }
    }
}
