//! Rooms and messages in memory, one step at a time.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use goforme_chat::testing::{Stores, a_stored_message};
use goforme_chat::{
    Append, DeleteMessage, MarkRead, Message, MessageStore, NewMessage, OpenRoom, Room, RoomPosition,
    RoomProgress, RoomStore, RoomSummary,
};
use kernel::{MessageId, Page, PageOf, PlanId, RoomId, StoreError, Timestamp, UserId};
use tokio::sync::Mutex;

pub fn stores() -> Stores {
    let memory = Arc::new(Memory::default());
    Stores { rooms: memory.clone(), messages: memory }
}

#[derive(Default)]
struct Memory(Mutex<Chat>);

#[derive(Default)]
struct Chat {
    rooms: Vec<Room>,
    /// In the order of their storing, so ascending in each room.
    messages: Vec<Message>,
    read: HashMap<(RoomId, UserId), i64>,
}

impl Chat {
    fn room(&mut self, id: RoomId) -> Option<&mut Room> {
        self.rooms.iter_mut().find(|room| room.id() == id)
    }

    fn messages_of(&self, room: RoomId) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.room() == room)
    }

    fn latest_first(&self, user: UserId) -> Vec<RoomSummary> {
        let of_user = self.rooms.iter().filter(|room| room.peer_of(user).is_some());
        let summary = |room: &Room| RoomSummary {
            room: room.clone(),
            last_message: self.messages_of(room.id()).next_back().cloned(),
        };
        let mut rooms: Vec<_> = of_user.map(summary).collect();
        let latest = |room: &RoomSummary| match &room.last_message {
            Some(message) => message.parts().created_at,
            None => room.room.progress().created_at,
        };
        rooms.sort_by_key(|room| std::cmp::Reverse((latest(room), room.room.id())));
        rooms
    }

    fn position(&self, room: Room, user: UserId) -> RoomPosition {
        let read = |user| self.read.get(&(room.id(), user)).copied().unwrap_or_default();
        let (read_seq, peer_read_seq) = (read(user), room.peer_of(user).map(read).unwrap_or_default());
        let unread = self.messages_of(room.id()).filter(|it| it.sender() != user && it.seq() > read_seq);
        RoomPosition { read_seq, peer_read_seq, unread: count(unread), room }
    }
}

fn count<T>(list: impl Iterator<Item = T>) -> i64 {
    i64::try_from(list.count()).unwrap_or(i64::MAX)
}

fn at_most<T>(limit: i64, list: impl Iterator<Item = T>) -> Vec<T> {
    list.take(usize::try_from(limit).unwrap_or_default()).collect()
}

fn page_of<T>(all: Vec<T>, page: Page) -> PageOf<T> {
    let (total, offset) = (count(all.iter()), usize::try_from(page.offset()).unwrap_or(usize::MAX));
    PageOf { total, list: at_most(page.limit(), all.into_iter().skip(offset)) }
}

#[async_trait]
impl RoomStore for Memory {
    async fn open(&self, room: &Room) -> Result<OpenRoom, StoreError> {
        let rooms = &mut self.0.lock().await.rooms;
        if let Some(open) = rooms.iter().find(|open| open.facts().plan == room.facts().plan) {
            return Ok(OpenRoom::AlreadyOpen(open.clone()));
        }
        rooms.push(room.clone());
        Ok(OpenRoom::Opened)
    }

    async fn deactivate(&self, plan: PlanId, at: Timestamp) -> Result<Option<Room>, StoreError> {
        let mut chat = self.0.lock().await;
        Ok(chat.rooms.iter_mut().find(|room| room.facts().plan == plan).map(|room| {
            room.deactivate(at);
            room.clone()
        }))
    }

    async fn find(&self, id: RoomId) -> Result<Option<Room>, StoreError> {
        Ok(self.0.lock().await.room(id).cloned())
    }

    async fn page_of(&self, user: UserId, page: Page) -> Result<PageOf<RoomSummary>, StoreError> {
        Ok(page_of(self.0.lock().await.latest_first(user), page))
    }

    async fn all_of(&self, user: UserId, limit: i64) -> Result<Vec<RoomPosition>, StoreError> {
        let chat = self.0.lock().await;
        let rooms = chat.latest_first(user).into_iter();
        Ok(at_most(limit, rooms.map(|summary| chat.position(summary.room, user))))
    }

    async fn mark_read(&self, room: RoomId, user: UserId, seq: i64) -> Result<MarkRead, StoreError> {
        let mut chat = self.0.lock().await;
        let Some(room) = chat.room(room).filter(|room| room.peer_of(user).is_some()) else {
            return Ok(MarkRead::Unchanged);
        };
        let (id, seq) = (room.id(), seq.min(room.last_seq()));
        let read = chat.read.entry((id, user)).or_default();
        if seq <= *read {
            return Ok(MarkRead::Unchanged);
        }
        *read = seq;
        Ok(MarkRead::Advanced(seq))
    }
}

#[async_trait]
impl MessageStore for Memory {
    async fn append(&self, new: NewMessage) -> Result<Append, StoreError> {
        let mut chat = self.0.lock().await;
        let is_first = |message: &&Message| {
            new.client_message_id.is_some()
                && message.sender() == new.sender
                && message.parts().client_message_id == new.client_message_id
        };
        if let Some(first) = chat.messages_of(new.room).find(is_first) {
            return Ok(Append::Duplicate(first.clone()));
        }
        let Some(room) = chat.room(new.room).filter(|room| room.is_active()) else {
            return Ok(Append::RoomInactive);
        };
        let last_seq = room.last_seq() + 1;
        *room = Room::restore(room.facts().clone(), RoomProgress { last_seq, ..*room.progress() });
        let message = a_stored_message(new, last_seq);
        chat.messages.push(message.clone());
        Ok(Append::Stored(message))
    }

    async fn find(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(self.0.lock().await.messages.iter().find(|message| message.id() == id).cloned())
    }

    async fn page(&self, room: RoomId, page: Page) -> Result<PageOf<Message>, StoreError> {
        Ok(page_of(self.0.lock().await.messages_of(room).rev().cloned().collect(), page))
    }

    async fn after(&self, room: RoomId, seq: i64, limit: i64) -> Result<Vec<Message>, StoreError> {
        let chat = self.0.lock().await;
        Ok(at_most(limit, chat.messages_of(room).filter(|message| message.seq() > seq).cloned()))
    }

    async fn before(&self, room: RoomId, seq: Option<i64>, limit: i64) -> Result<Vec<Message>, StoreError> {
        let chat = self.0.lock().await;
        let before = chat.messages_of(room).rev().filter(|message| seq.is_none_or(|seq| message.seq() < seq));
        let mut found = at_most(limit, before.cloned());
        found.reverse();
        Ok(found)
    }

    async fn delete(&self, id: MessageId, at: Timestamp) -> Result<DeleteMessage, StoreError> {
        let mut chat = self.0.lock().await;
        Ok(match chat.messages.iter_mut().find(|message| message.id() == id) {
            None => DeleteMessage::NotFound,
            Some(message) if message.is_deleted() => DeleteMessage::AlreadyDeleted,
            Some(message) => {
                *message = message.clone().deleted(at);
                DeleteMessage::Deleted(message.clone())
            }
        })
    }
}
