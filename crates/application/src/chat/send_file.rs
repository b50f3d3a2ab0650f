//! `POST /chatRooms/{id}/chats` with a file.

use std::path::Path;
use std::sync::Arc;

use chat::{Message, MessageContent};
use kernel::{Kind, MessageId, RoomId, UserId};
use media::{MediaKey, MediaKind, MediaStore, MediaType};

use super::send_message::{Outgoing, SendMessage};
use crate::Error;
use crate::bus::Origin;

/// A file that has arrived completely.
#[derive(Debug, Clone, Copy)]
pub struct FileUpload<'a> {
    /// What the client says it is.
    pub kind: MediaKind,
    /// What it is by its first bytes.
    pub media_type: MediaType,
    /// A temporary file, which may be moved away.
    pub path: &'a Path,
}

/// Sends an image or a video: the file is stored first, then the message that points to it.
pub struct SendFile {
    pub send: Arc<SendMessage>,
    pub media: Arc<dyn MediaStore>,
}

impl SendFile {
    /// Whether `sender` may send to the room at all; ask before receiving 100 MiB.
    pub async fn check(&self, room: RoomId, sender: UserId) -> Result<(), Error> {
        self.send.writable_room(room, sender).await.map(drop)
    }

    /// Stores the file and sends the message. A file whose message was refused is removed again; where it can't
    /// be known whether the message is there, the file stays.
    pub async fn run(&self, room: RoomId, sender: UserId, file: FileUpload<'_>) -> Result<Message, Error> {
        let room = self.send.writable_room(room, sender).await?;
        let id: MessageId = self.send.environment.next_id();
        let key = MediaKey::of_message(room.id(), id, file.media_type);
        self.media.put(&key, file.media_type, file.path).await?;
        let content = match file.kind {
            MediaKind::Image => MessageContent::Image(key.clone()),
            MediaKind::Video => MessageContent::Video(key.clone()),
        };
        let outgoing =
            Outgoing { room: room.id(), sender, content, client_message_id: None, origin: Origin::Http };
        match self.send.store(&room, outgoing, id).await {
            Ok(sent) => Ok(sent.message),
            Err(error) if is_ambiguous(&error) => {
                tracing::warn!(media.key = %key, %error, "a file may be there without a message");
                Err(error)
            }
            Err(error) => {
                if let Err(left) = self.media.delete(&key).await {
                    tracing::warn!(media.key = %key, error = %left, "a file without a message could not be removed");
                }
                Err(error)
            }
        }
    }
}

/// Whether the message may have been stored all the same: nobody refused it.
fn is_ambiguous(error: &Error) -> bool {
    error.is_unavailable() || error.code().kind == Kind::Internal
}
