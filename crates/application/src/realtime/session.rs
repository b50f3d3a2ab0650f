//! One connection's view of the chat.

mod missed;
mod requests;
mod signals;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use auth::{AccessClaims, SessionDirectory, TokenError};
use chat::{Message, MessageStore, Room, RoomStore};
use chrono::TimeDelta;
use kernel::{RoomId, Timestamp, UserId};
use media::Rendition;
use notification::NotificationStore;
use tokio::time::{Instant, sleep_until, timeout};

use super::cursor::{Cursor, Shown};
use super::delivery::{Delivery, RoomStatus};
use super::hub::{CloseReason, Hub, Queued, Registration};
use super::presence::ConnectionKind;
use super::told::Told;
use crate::Error;
use crate::bus::{Bus, ConnectionId};
use crate::chat::{MessageView, MessageViews, ReadRooms, RoomViews, SendMessage};
use crate::environment::Environment;

/// How much a session replays and accepts.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Messages of a room that are replayed; if more were missed the client reads the history.
    pub replayed: i64,
    /// Rooms that a connection follows, the latest first.
    pub rooms: i64,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { replayed: 1000, rooms: 1000 }
    }
}

/// What all sessions share.
pub struct Chats {
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub notifications: Arc<dyn NotificationStore>,
    pub sessions: Arc<dyn SessionDirectory>,
    pub read: ReadRooms,
    pub send: Arc<SendMessage>,
    pub room_views: RoomViews,
    pub message_views: MessageViews,
    pub hub: Arc<Hub>,
    pub bus: Arc<dyn Bus>,
    pub environment: Environment,
    pub limits: SessionLimits,
}

/// A part of a room's history, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    pub messages: Vec<MessageView>,
    /// Whether there is more in the direction that was asked for.
    pub has_more: bool,
}

/// One connection: its cursors, and its queue.
pub struct ChatSession {
    chats: Arc<Chats>,
    claims: AccessClaims,
    registration: Registration,
    opened_at: Timestamp,
    cursors: HashMap<RoomId, Cursor>,
    /// Rooms in which something was missed, to be read from the store.
    behind: VecDeque<RoomId>,
    /// Rooms in which it's the turn of a message that was heard of.
    ready: VecDeque<RoomId>,
    /// Rooms in which something is missing, but maybe only late.
    gaps: Vec<RoomId>,
    /// What was taken from the queue to find out about a message, and has to wait for its own turn.
    aside: VecDeque<Queued>,
    /// What was taken from the queue and is not delivered yet.
    taken: Option<Queued>,
    /// What the cursors are past, and the client was not told yet.
    undelivered: Vec<Delivery>,
    notified: Told,
}

impl ChatSession {
    /// How many messages are read from the store at once.
    const BATCH: i64 = 100;
    /// How far the clocks of two nodes may differ.
    const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);
    /// How long it may take to find out whether the session has ended. After that nobody can tell.
    const ANSWER_WITHIN: Duration = Duration::from_secs(1);

    /// Registers the connection and answers the user's rooms as they are now. Everything after that
    /// comes out of [`ChatSession::next`]. Refused if the session has ended.
    pub async fn open(chats: Arc<Chats>, claims: AccessClaims) -> Result<(Self, Vec<RoomStatus>), Error> {
        let registration = chats.hub.register(&claims, ConnectionKind::Socket).await;
        let (opened_at, begin) = (chats.environment.now(), chats.environment.next_id());
        let mut session = Self {
            chats,
            claims,
            registration,
            opened_at,
            cursors: HashMap::new(),
            behind: VecDeque::new(),
            ready: VecDeque::new(),
            gaps: Vec::new(),
            aside: VecDeque::new(),
            taken: None,
            undelivered: Vec::new(),
            notified: Told::after(begin),
        };
        // It may have ended after its token was looked at, and before its end would have been heard of.
        if !session.may_go_on().await {
            return Err(TokenError::SessionEnded.into());
        }
        let rooms = session.read_rooms().await?;
        let peers: Vec<UserId> = distinct(session.cursors.values().map(|cursor| cursor.peer));
        session.registration.announce_to(peers).await;
        Ok((session, rooms))
    }

    async fn read_rooms(&mut self) -> Result<Vec<RoomStatus>, Error> {
        let positions = self.chats.rooms.all_of(self.claims.user, self.chats.limits.rooms).await?;
        let members: Vec<UserId> = distinct(positions.iter().flat_map(|position| position.room.members()));
        let online = self.chats.hub.online(&members).await;
        let mut rooms = Vec::with_capacity(positions.len());
        for position in positions {
            let room = position.room;
            let Some(peer) = room.peer_of(self.claims.user) else { continue };
            let (read_seq, peer_read_seq) = (position.read_seq, position.peer_read_seq);
            let shown = Shown { is_active: room.is_active(), read_seq, peer_read_seq };
            self.cursors.insert(room.id(), Cursor::at(room.last_seq(), peer, shown));
            rooms.push(RoomStatus {
                unread: position.unread,
                peer_read_seq: position.peer_read_seq,
                online: room.members().into_iter().filter(|member| online.contains(member)).collect(),
                room,
            });
        }
        Ok(rooms)
    }

    /// The connection's name.
    pub fn id(&self) -> ConnectionId {
        self.registration.id()
    }

    /// Who is connected.
    pub fn claims(&self) -> &AccessClaims {
        &self.claims
    }

    /// Goes on with a fresh access token of the same session; `false` if it's of another one.
    pub fn renew(&mut self, claims: &AccessClaims) -> bool {
        let is_same = claims.user == self.claims.user && claims.session == self.claims.session;
        if is_same {
            self.claims = claims.clone();
        }
        is_same
    }

    /// Whether the token still holds. The end of its session is also heard of, unless that was lost on
    /// the way: ask now and then.
    pub async fn may_go_on(&self) -> bool {
        let now = self.chats.environment.now();
        if now >= self.claims.expires_at {
            return false;
        }
        let asked = self.chats.sessions.is_live(self.claims.session, now);
        // While nobody can tell, nobody is sent away.
        !matches!(timeout(Self::ANSWER_WITHIN, asked).await, Ok(Ok(false)))
    }

    /// Why the connection has to be closed at once, if it has, whatever is still to be told. Cheap: ask
    /// before each thing that is told.
    pub fn must_close(&self) -> Option<CloseReason> {
        let has_expired = self.chats.environment.now() >= self.claims.expires_at;
        self.registration.closed().or(has_expired.then_some(CloseReason::Unauthenticated))
    }

    /// Replays what came after the last message that the client saw in each room. Rooms that aren't the
    /// user's are passed over.
    pub fn resume(&mut self, seen: impl IntoIterator<Item = (RoomId, i64)>) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for (room, seq) in seen {
            let Some(cursor) = self.cursors.get_mut(&room) else { continue };
            let missed = cursor.seq() - seq.max(0);
            if missed > self.chats.limits.replayed {
                deliveries.push(Delivery::Resync { room, last_seq: cursor.seq() });
            } else if missed > 0 {
                cursor.go_back(seq.max(0));
                self.fall_behind(room);
            }
        }
        deliveries
    }

    /// What the client has to be told next; waits until there is something. Safe to cancel: what was
    /// taken from the queue is kept until it's answered.
    pub async fn next(&mut self) -> Result<Vec<Delivery>, Error> {
        loop {
            if let Some(reason) = self.must_close() {
                return Ok(vec![Delivery::Close(reason)]);
            }
            if !self.undelivered.is_empty() {
                return Ok(std::mem::take(&mut self.undelivered));
            }
            let deliveries = if let Some(room) = self.behind.front().copied() {
                Box::pin(self.catch_up(room)).await?
            } else if let Some(room) = self.ready.front().copied() {
                self.deliver_in_turn(room).await?
            } else {
                let queued = match self.take().await {
                    Ok(Some(queued)) => queued,
                    Ok(None) => continue,
                    Err(reason) => return Ok(vec![Delivery::Close(reason)]),
                };
                let deliveries = match queued {
                    Queued::Signal(signal) => self.deliver(&signal).await?,
                    // The end of the session may be among what was lost.
                    Queued::Missed if !self.may_go_on().await => {
                        vec![Delivery::Close(CloseReason::Unauthenticated)]
                    }
                    Queued::Missed => self.look_for_missed().await?,
                };
                self.taken = None;
                deliveries
            };
            if !deliveries.is_empty() {
                return Ok(deliveries);
            }
        }
    }

    /// What is next in the queue; nothing if rather than that a missing message is no longer waited for.
    async fn take(&mut self) -> Result<Option<Queued>, CloseReason> {
        if self.taken.is_none() {
            self.taken = self.aside.pop_front();
        }
        if self.taken.is_none() {
            let waits_until = self.gaps.iter().filter_map(|room| self.cursors.get(room)?.waits_until()).min();
            tokio::select! {
                queued = self.registration.next() => self.taken = Some(queued?),
                () = sleep_until(waits_until.unwrap_or_else(Instant::now)), if waits_until.is_some() => {
                    self.stop_waiting(Instant::now());
                }
            }
        }
        Ok(self.taken.clone())
    }

    /// What is missing and can't be late any more is read from the store.
    fn stop_waiting(&mut self, now: Instant) {
        for room in std::mem::take(&mut self.gaps) {
            match self.cursors.get(&room).and_then(Cursor::waits_until) {
                Some(until) if until <= now => self.fall_behind(room),
                Some(_) => self.gaps.push(room),
                None => {}
            }
        }
    }

    /// Reads the next batch that a room is behind by.
    async fn catch_up(&mut self, room: RoomId) -> Result<Vec<Delivery>, Error> {
        let Some(seq) = self.cursors.get(&room).map(Cursor::seq) else {
            self.behind.pop_front();
            return Ok(Vec::new());
        };
        let messages = self.chats.messages.after(room, seq, Self::BATCH).await?;
        let is_last = i64::try_from(messages.len()).is_ok_and(|count| count < Self::BATCH);
        let last = messages.last().map_or(seq, Message::seq);
        let deliveries = self.deliveries(room, messages).await?;
        if is_last {
            self.behind.pop_front();
        }
        self.told(room, last);
        Ok(deliveries)
    }

    /// Delivers the message of a room whose turn it is.
    async fn deliver_in_turn(&mut self, room: RoomId) -> Result<Vec<Delivery>, Error> {
        let in_turn = self.cursors.get(&room).and_then(Cursor::in_turn);
        let Some((message, origin)) = in_turn.map(|(message, origin)| (message.clone(), origin)) else {
            self.ready.pop_front();
            return Ok(Vec::new());
        };
        let seq = message.seq();
        let view = self.chats.message_views.view(message, Rendition::Optimised).await?;
        self.told(room, seq);
        Ok(vec![Delivery::Message { view, origin: Some(origin) }])
    }

    /// Messages out of the store, with their ways in as far as they were heard of.
    async fn deliveries(&self, room: RoomId, messages: Vec<Message>) -> Result<Vec<Delivery>, Error> {
        let cursor = self.cursors.get(&room);
        let views = self.chats.message_views.views(messages, Rendition::Optimised).await?;
        let delivery = |view: MessageView| {
            let origin = cursor.and_then(|cursor| cursor.origin_of(view.message.seq()));
            Delivery::Message { view, origin }
        };
        Ok(views.into_iter().map(delivery).collect())
    }

    /// Notes that a room was told up to `seq`.
    fn told(&mut self, room: RoomId, seq: i64) {
        if let Some(cursor) = self.cursors.get_mut(&room) {
            cursor.told(seq, Instant::now());
            self.look_at(room);
        }
    }

    /// Finds out what is next in a room: a message that was heard of, or one that is missing.
    fn look_at(&mut self, room: RoomId) {
        let Some(cursor) = self.cursors.get(&room) else { return };
        if cursor.in_turn().is_some() && !self.ready.contains(&room) {
            self.ready.push_back(room);
        }
        if cursor.waits_until().is_some() && !self.gaps.contains(&room) {
            self.gaps.push(room);
        }
    }

    /// Whether a room was opened since this connection came, so that its client can't know of it.
    fn is_new(&self, room: &Room) -> bool {
        room.progress().created_at + Self::CLOCKS_DIFFER >= self.opened_at
    }

    /// Follows a room that this connection does not know yet: a new one from its first message on, an
    /// older one (there are too many to follow them all from the beginning) from what comes after `seq`.
    fn follow(&mut self, room: &Room, seq: i64) {
        let Some(peer) = room.peer_of(self.claims.user) else { return };
        let seq = if self.is_new(room) { 0 } else { seq };
        let shown = Shown { is_active: room.is_active(), read_seq: 0, peer_read_seq: 0 };
        self.cursors.entry(room.id()).or_insert_with(|| Cursor::at(seq, peer, shown));
        self.registration.add_peer(peer);
    }

    fn fall_behind(&mut self, room: RoomId) {
        if !self.behind.contains(&room) {
            self.behind.push_back(room);
        }
    }
}

fn distinct(users: impl Iterator<Item = UserId>) -> Vec<UserId> {
    users.collect::<HashSet<_>>().into_iter().collect()
}
