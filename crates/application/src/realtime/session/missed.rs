//! What is read from the store because signals were lost.

use chat::{Room, RoomPosition};
use notification::Notification;

use super::ChatSession;
use crate::Error;
use crate::realtime::cursor::Shown;
use crate::realtime::delivery::Delivery;

impl ChatSession {
    /// Whatever the store has beyond what the client was told. Its messages are only noted to be missing,
    /// and come next.
    pub(super) async fn look_for_missed(&mut self) -> Result<Vec<Delivery>, Error> {
        let (me, rooms) = (self.claims.user, self.chats.limits.rooms);
        let positions = self.chats.rooms.all_of(me, rooms).await?;
        let mut deliveries = self.show(&self.changed(&positions)).await?;
        let notifications = self.missed_notifications().await?;
        // From here on nothing fails or is given up: what is noted as told is told.
        for position in &positions {
            deliveries.extend(self.catch_up_with(position));
        }
        let new = notifications.into_iter().filter(|notification| self.notified.is_new(notification.id()));
        deliveries.extend(new.map(Delivery::Notification));
        Ok(deliveries)
    }

    /// The rooms that have opened or were deactivated.
    fn changed(&self, positions: &[RoomPosition]) -> Vec<Room> {
        let is_shown = |room: &Room| {
            let cursor = self.cursors.get(&room.id());
            cursor.is_some_and(|cursor| cursor.shown.is_active == room.is_active())
        };
        positions.iter().map(|position| &position.room).filter(|room| !is_shown(room)).cloned().collect()
    }

    async fn missed_notifications(&self) -> Result<Vec<Notification>, Error> {
        let (user, mut missed) = (self.claims.user, Vec::new());
        let mut last = self.notified.from();
        loop {
            let batch = self.chats.notifications.after(user, last, Self::BATCH).await?;
            let is_all = i64::try_from(batch.len()).is_ok_and(|count| count < Self::BATCH);
            last = batch.last().map_or(last, Notification::id);
            missed.extend(batch);
            if is_all {
                return Ok(missed);
            }
        }
    }

    /// Compares what the client was told of a room with what the store has.
    fn catch_up_with(&mut self, position: &RoomPosition) -> Vec<Delivery> {
        let (room, me) = (&position.room, self.claims.user);
        let (id, last_seq) = (room.id(), room.last_seq());
        // Of an older room that was not followed nobody knows what its client has seen.
        let is_unknown = !self.cursors.contains_key(&id) && !self.is_new(room);
        self.follow(room, last_seq);
        let Some(cursor) = self.cursors.get_mut(&id) else { return Vec::new() };
        let (peer, before) = (cursor.peer, cursor.shown);
        let read_seq = position.read_seq.max(before.read_seq);
        let peer_read_seq = position.peer_read_seq.max(before.peer_read_seq);
        cursor.shown = Shown { is_active: room.is_active(), read_seq, peer_read_seq };
        let missed = last_seq - cursor.seq();

        let marks = [(me, before.read_seq, read_seq), (peer, before.peer_read_seq, peer_read_seq)];
        let moved = marks.into_iter().filter(|(_, before, now)| now > before);
        let mut deliveries: Vec<_> =
            moved.map(|(user, _, seq)| Delivery::Read { room: id, user, seq }).collect();
        if missed > self.chats.limits.replayed || (is_unknown && last_seq > 0) {
            self.told(id, last_seq);
            deliveries.push(Delivery::Resync { room: id, last_seq });
        } else if missed > 0 {
            self.fall_behind(id);
        }
        deliveries
    }
}
