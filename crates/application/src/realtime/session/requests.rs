//! What the client asks for.

use chat::{MarkRead, Message, MessageContent};
use kernel::RoomId;
use media::Rendition;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{ChatSession, History};
use crate::Error;
use crate::bus::{Origin, Signal};
use crate::chat::{MessageView, Outgoing};
use crate::realtime::cursor::Cursor;
use crate::realtime::delivery::Delivery;
use crate::realtime::hub::Queued;

impl ChatSession {
    /// Sends a message. Answers what comes before it in the room and was not delivered yet, and the
    /// message as it is stored.
    pub async fn send(
        &mut self,
        room: RoomId,
        content: MessageContent,
        client_message_id: Option<Uuid>,
    ) -> Result<(Vec<Delivery>, MessageView), Error> {
        self.follow_if_unknown(room).await?;
        let origin = Origin::Connection(self.registration.id());
        let outgoing = Outgoing { room, sender: self.claims.user, content, client_message_id, origin };
        let message = self.chats.send.run(outgoing).await?.message;
        // Should anything fail from here on, it's still known who has sent it.
        self.hear(&message, origin);
        let view = self.chats.message_views.view(message.clone(), Rendition::Optimised).await?;
        self.deliver_up_to(&message).await?;
        Ok((std::mem::take(&mut self.undelivered), view))
    }

    /// Follows a room from where it is now, so that what is sent into it isn't told to its sender.
    async fn follow_if_unknown(&mut self, room: RoomId) -> Result<(), Error> {
        if !self.cursors.contains_key(&room)
            && let Some(found) = self.chats.rooms.find(room).await?
        {
            self.follow(&found, found.last_seq());
        }
        Ok(())
    }

    /// Moves the cursor to `message`. What lies between is not delivered yet then; nor is, if it fails,
    /// what the cursor is past by then.
    async fn deliver_up_to(&mut self, message: &Message) -> Result<(), Error> {
        let (room, seq) = (message.room(), message.seq());
        self.hear_of_those_before(room, seq).await;
        while let Some(cursor) = self.cursors.get(&room)
            && cursor.seq() + 1 < seq
        {
            if cursor.in_turn().is_some() {
                let in_turn = self.deliver_in_turn(room).await?;
                self.undelivered.extend(in_turn);
            } else {
                let mut missed = self.chats.messages.after(room, cursor.seq(), Self::BATCH).await?;
                missed.retain(|missed| missed.seq() < seq);
                let reached = missed.last().map_or(seq - 1, Message::seq);
                let missed = self.deliveries(room, missed).await?;
                self.undelivered.extend(missed);
                self.told(room, reached);
            }
        }
        self.told(room, seq);
        Ok(())
    }

    /// Waits a little for signals that are on their way: what was stored just before `seq` may be heard
    /// of just after it.
    async fn hear_of_those_before(&mut self, room: RoomId, seq: i64) {
        let patience_ends = Instant::now() + Cursor::PATIENCE;
        while !self.behind.contains(&room)
            && self.cursors.get(&room).is_some_and(|cursor| !cursor.knows_up_to(seq - 1))
        {
            match timeout_at(patience_ends, self.registration.next()).await {
                Ok(Ok(Queued::Signal(signal))) => match &*signal {
                    Signal::MessageStored { message, origin, .. }
                        if self.cursors.contains_key(&message.room()) =>
                    {
                        self.hear(message, *origin);
                    }
                    _ => self.aside.push_back(Queued::Signal(signal)),
                },
                Ok(Ok(missed)) => self.aside.push_back(missed),
                // It's too late, or the connection has to go; its queue will say so once more.
                Ok(Err(_)) | Err(_) => return,
            }
        }
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
