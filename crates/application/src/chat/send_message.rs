//! The one place through which every message comes in.

use std::sync::Arc;

use auth::{Admission, Limit, RateLimiter};
use chat::{Append, Message, MessageContent, MessageStore, NewMessage, Room, RoomRefusal, RoomStore};
use kernel::{Code, ErrorCode, MessageId, RoomId, UserId};
use uuid::Uuid;

use crate::Error;
use crate::bus::{Bus, Origin, Signal};
use crate::environment::Environment;

/// A message on its way in.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub room: RoomId,
    /// The authenticated sender, whatever a payload says.
    pub sender: UserId,
    pub content: MessageContent,
    /// Names the message on the client, so that sending it again doesn't store it again.
    pub client_message_id: Option<Uuid>,
    pub origin: Origin,
}

/// A message that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub message: Message,
    /// Whether it had been sent before; then nothing new was stored.
    pub is_duplicate: bool,
}

/// Accepts a message: checks the sender, stores and numbers it, and publishes it. When this answers, the
/// message is durable.
pub struct SendMessage {
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub bus: Arc<dyn Bus>,
    pub environment: Environment,
    pub limiter: Arc<dyn RateLimiter>,
    /// How many messages a user may send in which time.
    pub limit: Limit,
}

/// A user who sends too many messages.
#[derive(Debug, thiserror::Error)]
#[error("too many messages; the next one is accepted in {retry_after} s")]
struct TooFast {
    retry_after: u64,
}

impl ErrorCode for TooFast {
    fn code(&self) -> Code {
        Code::too_many("MESSAGES_TOO_FAST")
    }

    fn retry_after(&self) -> Option<u64> {
        Some(self.retry_after)
    }
}

impl SendMessage {
    /// How many messages back a repeat is looked for at the limit: as many as two members send who are at
    /// the limit, and some more.
    const LATEST: i64 = 50;

    /// Refuses rooms that aren't there, aren't active, or aren't the sender's, and a sender who is too fast.
    /// A message that was stored is answered again also when its room was closed since, or the limit
    /// reached.
    pub async fn run(&self, outgoing: Outgoing) -> Result<Sent, Error> {
        let room = self.room_of(outgoing.room, outgoing.sender).await?;
        let id = self.environment.next_id();
        self.store(&room, outgoing, id).await
    }

    /// Refuses rooms that aren't there or aren't the sender's; ask before reading what is sent.
    pub async fn check(&self, room: RoomId, sender: UserId) -> Result<(), Error> {
        self.room_of(room, sender).await.map(drop)
    }

    /// The room, if `sender` is a member. Whether it's open is the store's to say, since it alone knows
    /// whether the message was stored before the end.
    async fn room_of(&self, room: RoomId, sender: UserId) -> Result<Room, Error> {
        let room = self.rooms.find(room).await?.ok_or(RoomRefusal::NotFound)?;
        room.check_member(sender)?;
        Ok(room)
    }

    /// The room, if `sender` may write in it.
    pub(super) async fn writable_room(&self, room: RoomId, sender: UserId) -> Result<Room, Error> {
        let room = self.room_of(room, sender).await?;
        room.check_writable(sender)?;
        Ok(room)
    }

    pub(super) async fn store(&self, room: &Room, outgoing: Outgoing, id: MessageId) -> Result<Sent, Error> {
        let Outgoing { sender, content, client_message_id, origin, .. } = outgoing;
        let (key, at) = (format!("chat:{sender}"), self.environment.now());
        let new = NewMessage { id, room: room.id(), sender, content, client_message_id, at };
        let sent = match self.limiter.acquire(&key, self.limit, at).await? {
            Admission::Admitted => self.append(new, &key).await?,
            Admission::RetryAfter(retry_after) => {
                let message = self.sent_just_before(&new).await?.ok_or(TooFast { retry_after })?;
                Sent { message, is_duplicate: true }
            }
        };
        // A repeat, too: whoever stored it may have died before saying so. Who has heard of it doesn't mind.
        let (message, members) = (sent.message.clone(), room.members());
        self.bus.publish(Signal::MessageStored { message, members, origin }).await;
        Ok(sent)
    }

    async fn append(&self, new: NewMessage, key: &str) -> Result<Sent, Error> {
        let (message, is_duplicate) = match self.messages.append(new).await? {
            Append::Stored(message) => (Some(message), false),
            Append::Duplicate(message) => (Some(message), true),
            Append::RoomInactive => (None, false),
        };
        if is_duplicate || message.is_none() {
            self.give_back(key).await;
        }
        Ok(Sent { message: message.ok_or(RoomRefusal::Inactive)?, is_duplicate })
    }

    /// What a sender who is too fast repeats, if it's among the latest: then nothing is stored anyway.
    async fn sent_just_before(&self, new: &NewMessage) -> Result<Option<Message>, Error> {
        if new.client_message_id.is_none() {
            return Ok(None);
        }
        let latest = self.messages.before(new.room, None, Self::LATEST).await?;
        let is_it = |message: &Message| {
            (message.sender(), message.parts().client_message_id) == (new.sender, new.client_message_id)
        };
        Ok(latest.into_iter().rev().find(is_it))
    }

    /// Nothing was stored, so nothing counts.
    async fn give_back(&self, key: &str) {
        if let Err(error) = self.limiter.release(key).await {
            tracing::warn!(%error, "a message that was not stored counts against its sender's limit");
        }
    }
}
