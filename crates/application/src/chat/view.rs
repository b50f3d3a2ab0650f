//! Rooms and messages, ready to be shown.

use std::collections::HashMap;
use std::sync::Arc;

use chat::{Message, MessageContent, Room, RoomSummary};
use kernel::UserId;
use media::{MediaStore, Rendition};
use user::{UserCard, UserDirectory};

use crate::Error;
use crate::environment::Environment;

/// A message with what is shown as its content: the text, the URL of the file, or the placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    pub message: Message,
    pub content: String,
}

/// Makes [`MessageView`]s.
#[derive(Clone)]
pub struct MessageViews {
    pub media: Arc<dyn MediaStore>,
    pub environment: Environment,
}

impl MessageViews {
    /// The view of a message, with the wanted rendition of its file.
    pub async fn view(&self, message: Message, rendition: Rendition) -> Result<MessageView, Error> {
        let content = match message.content() {
            Some(MessageContent::Text(text)) => text.as_str().to_owned(),
            Some(MessageContent::Image(key) | MessageContent::Video(key)) => {
                self.media.url(key, rendition, self.environment.now()).await?
            }
            None => Message::PLACEHOLDER.to_owned(),
        };
        Ok(MessageView { message, content })
    }

    /// The views of several messages.
    pub async fn views(
        &self,
        messages: Vec<Message>,
        rendition: Rendition,
    ) -> Result<Vec<MessageView>, Error> {
        let mut views = Vec::with_capacity(messages.len());
        for message in messages {
            views.push(self.view(message, rendition).await?);
        }
        Ok(views)
    }
}

/// A room with its members and the preview of its last message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomView {
    pub room: Room,
    pub last_chat: Option<String>,
    /// The dreamer and the maker.
    pub users: Vec<UserCard>,
}

/// Makes [`RoomView`]s.
#[derive(Clone)]
pub struct RoomViews {
    pub users: Arc<dyn UserDirectory>,
}

impl RoomViews {
    /// The views of several rooms; one look-up for all members.
    pub async fn views(&self, rooms: Vec<RoomSummary>) -> Result<Vec<RoomView>, Error> {
        let mut members: Vec<UserId> = rooms.iter().flat_map(|summary| summary.room.members()).collect();
        members.sort_unstable();
        members.dedup();
        let cards = self.users.cards(&members).await?;
        let cards: HashMap<UserId, UserCard> = cards.into_iter().map(|card| (card.id, card)).collect();
        let view = |summary: RoomSummary| RoomView {
            users: summary.room.members().iter().filter_map(|member| cards.get(member).cloned()).collect(),
            last_chat: summary.last_message.as_ref().map(|message| message.preview().to_owned()),
            room: summary.room,
        };
        Ok(rooms.into_iter().map(view).collect())
    }
}
