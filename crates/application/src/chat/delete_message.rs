//! `DELETE /chats/{id}`: its sender takes a message back.

use std::sync::Arc;

use chat::{DeleteMessage as Deletion, MessageRefusal, MessageStore, RoomRefusal, RoomStore};
use kernel::{MessageId, UserId};

use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;

/// Deletes a message; its place in the room stays.
pub struct DeleteMessage {
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub bus: Arc<dyn Bus>,
    pub environment: Environment,
}

impl DeleteMessage {
    /// Refuses other people's messages, deleted ones, and rooms that are not active.
    pub async fn run(&self, id: MessageId, by: UserId) -> Result<(), Error> {
        let message = self.messages.find(id).await?.ok_or(MessageRefusal::NotFound)?;
        let room = self.rooms.find(message.room()).await?.ok_or(RoomRefusal::NotFound)?;
        message.check_deletable(&room, by)?;
        match self.messages.delete(id, self.environment.now()).await? {
            Deletion::Deleted(message) => {
                let (room_id, seq, members) = (room.id(), message.seq(), room.members());
                self.bus.publish(Signal::MessageDeleted { room: room_id, message: id, seq, members }).await;
                Ok(())
            }
            Deletion::AlreadyDeleted => Err(MessageRefusal::AlreadyDeleted.into()),
            Deletion::NotFound => Err(MessageRefusal::NotFound.into()),
        }
    }
}
