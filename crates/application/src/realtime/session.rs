//! One connection's view of the chat.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use auth::AccessClaims;
use chat::{MarkRead, Message, MessageContent, MessageStore, RoomStore, RoomSummary};
use kernel::{RoomId, UserId};
use media::Rendition;
use uuid::Uuid;

use super::delivery::{Delivery, RoomStatus};
use super::hub::{Hub, Queued, Registration};
use super::presence::ConnectionKind;
use crate::Error;
use crate::bus::{Bus, ConnectionId, Origin, Signal};
use crate::chat::{MessageView, MessageViews, Outgoing, ReadRooms, RoomViews, SendMessage};
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

/// How far a connection has been told of a room.
#[derive(Debug, Clone, Copy)]
struct Cursor {
    /// The last message that was delivered, or was there when the connection came.
    seq: i64,
    peer: UserId,
}

/// One connection: its cursors, and its queue.
pub struct ChatSession {
    chats: Arc<Chats>,
    claims: AccessClaims,
    registration: Registration,
    cursors: HashMap<RoomId, Cursor>,
    /// Rooms in which something was missed, to be read from the store.
    behind: VecDeque<RoomId>,
    /// What was taken from the queue and is not delivered yet.
    taken: Option<Queued>,
}

impl ChatSession {
    /// How many messages are read from the store at once.
    const BATCH: i64 = 100;

    /// Registers the connection and answers the user's rooms as they are now. Everything after that
    /// comes out of [`ChatSession::next`].
    pub async fn open(chats: Arc<Chats>, claims: AccessClaims) -> Result<(Self, Vec<RoomStatus>), Error> {
        let registration = chats.hub.register(&claims, ConnectionKind::Socket).await?;
        let (cursors, behind) = (HashMap::new(), VecDeque::new());
        let mut session = Self { chats, claims, registration, cursors, behind, taken: None };
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
            self.cursors.insert(room.id(), Cursor { seq: room.last_seq(), peer });
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

    /// Replays what came after the last message that the client saw in each room. Rooms that aren't the
    /// user's are passed over.
    pub fn resume(&mut self, seen: impl IntoIterator<Item = (RoomId, i64)>) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for (room, seq) in seen {
            let Some(cursor) = self.cursors.get_mut(&room) else { continue };
            let missed = cursor.seq - seq.max(0);
            if missed > self.chats.limits.replayed {
                deliveries.push(Delivery::Resync { room, last_seq: cursor.seq });
            } else if missed > 0 {
                cursor.seq = seq.max(0);
                self.fall_behind(room);
            }
        }
        deliveries
    }

    /// What the client has to be told next; waits until there is something. Safe to cancel: what was
    /// taken from the queue is kept until it's answered.
    pub async fn next(&mut self) -> Result<Vec<Delivery>, Error> {
        loop {
            let deliveries = if let Some(room) = self.behind.front().copied() {
                self.catch_up(room).await?
            } else {
                let queued = match self.taken.clone() {
                    Some(queued) => queued,
                    None => match self.registration.next().await {
                        Ok(queued) => self.taken.insert(queued).clone(),
                        Err(reason) => return Ok(vec![Delivery::Close(reason)]),
                    },
                };
                let deliveries = match queued {
                    Queued::Signal(signal) => self.deliver(&signal).await?,
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

    /// Reads the next batch that a room is behind by.
    async fn catch_up(&mut self, room: RoomId) -> Result<Vec<Delivery>, Error> {
        let Some(cursor) = self.cursors.get(&room).copied() else {
            self.behind.pop_front();
            return Ok(Vec::new());
        };
        let messages = self.chats.messages.after(room, cursor.seq, Self::BATCH).await?;
        let is_last = i64::try_from(messages.len()).is_ok_and(|count| count < Self::BATCH);
        let last = messages.last().map(Message::seq);
        let views = self.chats.message_views.views(messages, Rendition::Optimised).await?;
        if is_last {
            self.behind.pop_front();
        }
        if let (Some(seq), Some(cursor)) = (last, self.cursors.get_mut(&room)) {
            cursor.seq = seq;
        }
        Ok(views.into_iter().map(made_up).collect())
    }

    async fn deliver(&mut self, signal: &Signal) -> Result<Vec<Delivery>, Error> {
        let me = self.claims.user;
        Ok(match signal {
            Signal::MessageStored { message, members, origin } => {
                self.deliver_message(message, *members, *origin).await?
            }
            Signal::MessageDeleted { room, message, seq, .. } => {
                vec![Delivery::Deleted { room: *room, message: *message, seq: *seq }]
            }
            Signal::Read { room, user, seq, .. } => {
                vec![Delivery::Read { room: *room, user: *user, seq: *seq }]
            }
            Signal::Typing { room, user, .. } if *user != me => {
                vec![Delivery::Typing { room: *room, user: *user }]
            }
            Signal::Presence { user, online, .. } => self.presence_of(*user, *online),
            Signal::RoomChanged { room } => {
                if let Some(peer) = room.peer_of(me) {
                    self.cursors.entry(room.id()).or_insert(Cursor { seq: 0, peer });
                    self.registration.add_peer(peer);
                }
                let last_message = self.chats.messages.before(room.id(), None, 1).await?.pop();
                let summary = RoomSummary { room: room.clone(), last_message };
                self.chats.room_views.views(vec![summary]).await?.into_iter().map(Delivery::Room).collect()
            }
            Signal::Notified { notification } => vec![Delivery::Notification(notification.clone())],
            Signal::Typing { .. }
            | Signal::SessionsEnded { .. }
            | Signal::Evicted { .. }
            | Signal::Missed => Vec::new(),
        })
    }

    /// A message that follows on what was delivered goes out; one that leaves a gap makes the room be
    /// read from the store; one that was delivered is dropped.
    async fn deliver_message(
        &mut self,
        message: &Message,
        members: [UserId; 2],
        origin: Origin,
    ) -> Result<Vec<Delivery>, Error> {
        let room = message.room();
        let Some(peer) = members.into_iter().find(|member| *member != self.claims.user) else {
            return Ok(Vec::new());
        };
        let cursor = self.cursors.entry(room).or_insert(Cursor { seq: 0, peer });
        if message.seq() <= cursor.seq {
            return Ok(Vec::new());
        }
        if message.seq() > cursor.seq + 1 {
            self.fall_behind(room);
            return Ok(Vec::new());
        }
        let view = self.chats.message_views.view(message.clone(), Rendition::Optimised).await?;
        if let Some(cursor) = self.cursors.get_mut(&room) {
            cursor.seq = message.seq();
        }
        Ok(vec![Delivery::Message { view, origin: Some(origin) }])
    }

    fn presence_of(&self, user: UserId, online: bool) -> Vec<Delivery> {
        let shared = self.cursors.iter().filter(|(_, cursor)| cursor.peer == user);
        shared.map(|(room, _)| Delivery::Presence { room: *room, user, online }).collect()
    }

    /// Signals were lost: whatever the store has beyond the cursors is read, and rooms that opened
    /// meanwhile are shown.
    async fn look_for_missed(&mut self) -> Result<Vec<Delivery>, Error> {
        let positions = self.chats.rooms.all_of(self.claims.user, self.chats.limits.rooms).await?;
        let mut changed = Vec::new();
        for position in positions {
            let room = position.room;
            let Some(peer) = room.peer_of(self.claims.user) else { continue };
            let cursor = self.cursors.entry(room.id()).or_insert_with(|| Cursor { seq: 0, peer });
            if room.last_seq() > cursor.seq {
                self.fall_behind(room.id());
            }
            changed.push(RoomSummary { room, last_message: None });
        }
        Ok(self.chats.room_views.views(changed).await?.into_iter().map(Delivery::Room).collect())
    }

    fn fall_behind(&mut self, room: RoomId) {
        if !self.behind.contains(&room) {
            self.behind.push_back(room);
        }
    }
}

/// What the client asks for.
impl ChatSession {
    /// Sends a message. Answers what comes before it in the room and was not delivered yet, and the
    /// message as it is stored.
    pub async fn send(
        &mut self,
        room: RoomId,
        content: MessageContent,
        client_message_id: Option<Uuid>,
    ) -> Result<(Vec<Delivery>, MessageView), Error> {
        let origin = Origin::Connection(self.registration.id());
        let outgoing = Outgoing { room, sender: self.claims.user, content, client_message_id, origin };
        let message = self.chats.send.run(outgoing).await?.message;
        let before = self.deliver_up_to(&message).await?;
        let view = self.chats.message_views.view(message, Rendition::Optimised).await?;
        Ok((before, view))
    }

    /// Moves the cursor to `message`, over what lies between.
    async fn deliver_up_to(&mut self, message: &Message) -> Result<Vec<Delivery>, Error> {
        let (room, seq) = (message.room(), message.seq());
        if let Some(cursor) = self.cursors.get_mut(&room)
            && cursor.seq + 1 == seq
        {
            cursor.seq = seq;
        }
        let mut deliveries = Vec::new();
        while let Some(cursor) = self.cursors.get(&room).copied()
            && cursor.seq < seq
        {
            let between = (seq - cursor.seq - 1).min(Self::BATCH);
            let missed = self.chats.messages.after(room, cursor.seq, between.max(1)).await?;
            let missed: Vec<Message> = missed.into_iter().filter(|missed| missed.seq() < seq).collect();
            let reached = missed.last().map_or(seq, Message::seq);
            let views = self.chats.message_views.views(missed, Rendition::Optimised).await?;
            deliveries.extend(views.into_iter().map(made_up));
            if let Some(cursor) = self.cursors.get_mut(&room) {
                cursor.seq = if reached + 1 == seq { seq } else { reached };
            }
        }
        Ok(deliveries)
    }

    /// A part of a room's history: the newest before `before`, or the oldest after `after`.
    pub async fn history(
        &self,
        room: RoomId,
        before: Option<i64>,
        after: Option<i64>,
        limit: i64,
    ) -> Result<History, Error> {
        self.chats.read.room_of(room, self.claims.user).await?;
        let mut messages = match after {
            Some(after) => self.chats.messages.after(room, after, limit + 1).await?,
            None => self.chats.messages.before(room, before, limit + 1).await?,
        };
        let has_more = i64::try_from(messages.len()).is_ok_and(|count| count > limit);
        if has_more && after.is_some() {
            messages.pop();
        } else if has_more {
            messages.remove(0);
        }
        let messages = self.chats.message_views.views(messages, Rendition::Optimised).await?;
        Ok(History { messages, has_more })
    }

    /// Notes that the user has read a room up to `seq`, and tells both members.
    pub async fn read(&self, room: RoomId, seq: i64) -> Result<(), Error> {
        let found = self.chats.read.room_of(room, self.claims.user).await?;
        if let MarkRead::Advanced(seq) = self.chats.rooms.mark_read(room, self.claims.user, seq).await? {
            let (user, members) = (self.claims.user, found.members());
            self.chats.bus.publish(Signal::Read { room, user, seq, members }).await;
        }
        Ok(())
    }

    /// Tells the other member that the user is typing.
    pub async fn typing(&self, room: RoomId) -> Result<(), Error> {
        let found = self.chats.read.room_of(room, self.claims.user).await?;
        found.check_writable(self.claims.user)?;
        let (user, members) = (self.claims.user, found.members());
        self.chats.bus.publish(Signal::Typing { room, user, members }).await;
        Ok(())
    }
}

/// A message out of the store, of which nobody knows any more by which way it came in.
fn made_up(view: MessageView) -> Delivery {
    Delivery::Message { view, origin: None }
}

fn distinct(users: impl Iterator<Item = UserId>) -> Vec<UserId> {
    users.collect::<HashSet<_>>().into_iter().collect()
}
