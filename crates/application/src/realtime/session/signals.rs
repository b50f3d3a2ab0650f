//! What is heard of over the bus.

use chat::{Message, Room, RoomSummary};
use kernel::{RoomId, UserId};
use tokio::time::Instant;

use super::ChatSession;
use crate::Error;
use crate::bus::{Origin, Signal};
use crate::realtime::delivery::Delivery;

impl ChatSession {
    /// What the client is told of a signal. If it fails, or is given up, nothing has happened yet.
    pub(super) async fn deliver(&mut self, signal: &Signal) -> Result<Vec<Delivery>, Error> {
        let me = self.claims.user;
        Ok(match signal {
            Signal::MessageStored { message, origin, .. } => {
                if !self.cursors.contains_key(&message.room())
                    && let Some(room) = self.chats.rooms.find(message.room()).await?
                {
                    self.follow(&room, message.seq() - 1);
                }
                self.hear(message, *origin);
                Vec::new()
            }
            Signal::MessageDeleted { room, seq, .. } if self.is_yet_to_come(*room, *seq) => {
                self.tell_deleted(*room, *seq);
                Vec::new()
            }
            Signal::MessageDeleted { room, message, seq, .. } => {
                vec![Delivery::Deleted { room: *room, message: *message, seq: *seq }]
            }
            Signal::Read { room, user, seq, .. } => {
                self.note_read(*room, *user, *seq);
                vec![Delivery::Read { room: *room, user: *user, seq: *seq }]
            }
            Signal::Typing { room, user, .. } if *user != me => {
                vec![Delivery::Typing { room: *room, user: *user }]
            }
            Signal::Presence { user, online, .. } => self.presence_of(*user, *online),
            Signal::RoomChanged { room } => self.room_changed(room).await?,
            Signal::Notified { notification } if self.notified.is_new(notification.id()) => {
                vec![Delivery::Notification(notification.clone())]
            }
            Signal::Notified { .. }
            | Signal::Typing { .. }
            | Signal::SessionsEnded { .. }
            | Signal::Evicted { .. }
            | Signal::Missed => Vec::new(),
        })
    }

    /// Notes a message that was heard of; it's delivered when its turn comes.
    pub(super) fn hear(&mut self, message: &Message, origin: Origin) {
        if let Some(cursor) = self.cursors.get_mut(&message.room()) {
            cursor.hear(message.clone(), origin, Instant::now());
            self.look_at(message.room());
        }
    }

    fn is_yet_to_come(&self, room: RoomId, seq: i64) -> bool {
        self.cursors.get(&room).is_some_and(|cursor| seq > cursor.seq())
    }

    /// A message was deleted before its turn came: it's told as the store has it now, not as it was.
    fn tell_deleted(&mut self, room: RoomId, seq: i64) {
        if let Some(cursor) = self.cursors.get_mut(&room) {
            cursor.forget(seq);
            self.fall_behind(room);
        }
    }

    fn note_read(&mut self, room: RoomId, user: UserId, seq: i64) {
        let me = self.claims.user;
        if let Some(cursor) = self.cursors.get_mut(&room) {
            let shown = &mut cursor.shown;
            let mark = if user == me { &mut shown.read_seq } else { &mut shown.peer_read_seq };
            *mark = seq.max(*mark);
        }
    }

    fn presence_of(&self, user: UserId, online: bool) -> Vec<Delivery> {
        let shared = self.cursors.iter().filter(|(_, cursor)| cursor.peer == user);
        shared.map(|(room, _)| Delivery::Presence { room: *room, user, online }).collect()
    }

    async fn room_changed(&mut self, room: &Room) -> Result<Vec<Delivery>, Error> {
        let shown = self.show(std::slice::from_ref(room)).await?;
        self.follow(room, room.last_seq());
        if let Some(cursor) = self.cursors.get_mut(&room.id()) {
            cursor.shown.is_active = room.is_active();
        }
        Ok(shown)
    }

    /// Rooms, each with its last message.
    pub(super) async fn show(&self, rooms: &[Room]) -> Result<Vec<Delivery>, Error> {
        let mut summaries = Vec::with_capacity(rooms.len());
        for room in rooms {
            let last_message = self.chats.messages.before(room.id(), None, 1).await?.pop();
            summaries.push(RoomSummary { room: room.clone(), last_message });
        }
        Ok(self.chats.room_views.views(summaries).await?.into_iter().map(Delivery::Room).collect())
    }
}
