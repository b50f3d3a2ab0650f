//! Reading rooms and their history.

use std::sync::Arc;

use chat::{MessageRefusal, MessageStore, Room, RoomRefusal, RoomStore, RoomSummary};
use kernel::{MessageId, Page, PageOf, RoomId, UserId};
use media::Rendition;

use super::view::{MessageView, MessageViews, RoomView, RoomViews};
use crate::Error;

/// What a member may read: their rooms, a room, its messages, a file.
#[derive(Clone)]
pub struct ReadRooms {
    pub rooms: Arc<dyn RoomStore>,
    pub messages: Arc<dyn MessageStore>,
    pub room_views: RoomViews,
    pub message_views: MessageViews,
}

impl ReadRooms {
    /// `GET /chatRooms`: one's own rooms, the one with the latest message first.
    pub async fn rooms(&self, user: UserId, page: Page) -> Result<PageOf<RoomView>, Error> {
        let PageOf { total, list } = self.rooms.page_of(user, page).await?;
        Ok(PageOf { total, list: self.room_views.views(list).await? })
    }

    /// `GET /chatRooms/{id}`: a room, for its members.
    pub async fn room(&self, id: RoomId, user: UserId) -> Result<RoomView, Error> {
        let room = self.room_of(id, user).await?;
        let last_message = self.messages.before(id, None, 1).await?.pop();
        let views = self.room_views.views(vec![RoomSummary { room, last_message }]).await?;
        Ok(views.into_iter().next().ok_or(RoomRefusal::NotFound)?)
    }

    /// `GET /chatRooms/{id}/chats`: a room's messages, newest first, for its members.
    pub async fn messages(&self, id: RoomId, user: UserId, page: Page) -> Result<PageOf<MessageView>, Error> {
        self.room_of(id, user).await?;
        let PageOf { total, list } = self.messages.page(id, page).await?;
        Ok(PageOf { total, list: self.message_views.views(list, Rendition::Optimised).await? })
    }

    /// `GET /chats/{id}/downloadFile`: the URL of a message's original file, for the room's members.
    pub async fn original_url(&self, id: MessageId, user: UserId) -> Result<String, Error> {
        let message = self.messages.find(id).await?.ok_or(MessageRefusal::NotFound)?;
        self.room_of(message.room(), user).await?;
        message.file()?;
        Ok(self.message_views.view(message, Rendition::Original).await?.content)
    }

    /// A room, if `user` is a member.
    pub async fn room_of(&self, id: RoomId, user: UserId) -> Result<Room, Error> {
        let room = self.rooms.find(id).await?.ok_or(RoomRefusal::NotFound)?;
        room.check_member(user)?;
        Ok(room)
    }
}
