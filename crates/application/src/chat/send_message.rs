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
    /// Whether it had been sent before; then nothing new was stored or published.
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
    /// Refuses rooms that aren't there, aren't active, or aren't the sender's, and a sender who is too fast.
    pub async fn run(&self, outgoing: Outgoing) -> Result<Sent, Error> {
        let room = self.writable_room(outgoing.room, outgoing.sender).await?;
        let id = self.environment.next_id();
        self.store(&room, outgoing, id).await
    }

    /// The room, if `sender` may write in it.
    pub(super) async fn writable_room(&self, room: RoomId, sender: UserId) -> Result<Room, Error> {
        let room = self.rooms.find(room).await?.ok_or(RoomRefusal::NotFound)?;
        room.check_writable(sender)?;
        Ok(room)
    }

    pub(super) async fn store(&self, room: &Room, outgoing: Outgoing, id: MessageId) -> Result<Sent, Error> {
        let Outgoing { sender, content, client_message_id, origin, .. } = outgoing;
        let at = self.environment.now();
        let admission = self.limiter.acquire(&format!("chat:{sender}"), self.limit, at).await?;
        if let Admission::RetryAfter(retry_after) = admission {
            return Err(TooFast { retry_after }.into());
        }
        let new = NewMessage { id, room: room.id(), sender, content, client_message_id, at };
        match self.messages.append(new).await? {
            Append::Stored(message) => {
                let members = room.members();
                self.bus.publish(Signal::MessageStored { message: message.clone(), members, origin }).await;
                Ok(Sent { message, is_duplicate: false })
            }
            Append::Duplicate(message) => Ok(Sent { message, is_duplicate: true }),
            Append::RoomInactive => Err(RoomRefusal::Inactive.into()),
        }
    }
}
