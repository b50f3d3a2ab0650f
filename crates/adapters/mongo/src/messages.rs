//! The messages.

use async_trait::async_trait;
use chat::{Append, DeleteMessage, Message, MessageStore, NewMessage};
use kernel::{MessageId, Page, PageOf, RoomId, StoreError, Timestamp};
use mongodb::bson::{Document, doc};

use crate::documents::{DeletionDocument, EntryDocument, Head, millis, send_key, stored};
use crate::store::{Attempts, Mongo};

#[async_trait]
impl MessageStore for Mongo {
    async fn append(&self, message: NewMessage) -> Result<Append, StoreError> {
        let mut attempts = Attempts::default();
        // Without a client's id nobody repeats a send, except the driver.
        let mut may_be_there = message.client_message_id.is_some();
        loop {
            if may_be_there && let Some(first) = self.sent_before(&message).await? {
                let is_own = first.id() == message.id;
                return Ok(if is_own { Append::Stored(first) } else { Append::Duplicate(first) });
            }
            let Some(head) = self.open_head(&message).await? else { return Ok(Append::RoomInactive) };
            let entry = EntryDocument::of_message(&message, head);
            if self.add(&entry).await? {
                return stored_message(entry).map(Append::Stored);
            }
            may_be_there = true;
            attempts.lost().await?;
        }
    }

    async fn find(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.message(doc! { "_id": stored(id.to_uuid()) }).await
    }

    async fn page(&self, room: RoomId, page: Page) -> Result<PageOf<Message>, StoreError> {
        let room = stored(room.to_uuid());
        let total = self.settled_head(room).await?.map_or(0, |head| head.messages);
        // Numbers have no gaps, so a page is a stretch of them.
        let (newest, count) = (total - page.offset(), page.limit());
        let stretch = doc! { "$gt": newest - count, "$lte": newest };
        let list = self.messages(doc! { "room": room, "seq": stretch }, -1, count).await?;
        Ok(PageOf { total, list })
    }

    async fn after(&self, room: RoomId, seq: i64, limit: i64) -> Result<Vec<Message>, StoreError> {
        self.messages(doc! { "room": stored(room.to_uuid()), "seq": { "$gt": seq } }, 1, limit).await
    }

    async fn before(&self, room: RoomId, seq: Option<i64>, limit: i64) -> Result<Vec<Message>, StoreError> {
        let earlier = doc! { "$lt": seq.unwrap_or(i64::MAX) };
        let mut messages =
            self.messages(doc! { "room": stored(room.to_uuid()), "seq": earlier }, -1, limit).await?;
        messages.reverse();
        Ok(messages)
    }

    async fn delete(&self, id: MessageId, at: Timestamp) -> Result<DeleteMessage, StoreError> {
        let Some(message) = MessageStore::find(self, id).await? else { return Ok(DeleteMessage::NotFound) };
        if message.is_deleted() {
            return Ok(DeleteMessage::AlreadyDeleted);
        }
        let deletion = DeletionDocument { id: stored(id.to_uuid()), at: millis(at) };
        if self.insert(&self.deletions().await?, &deletion).await? {
            self.show_deletion(&deletion).await?;
            return Ok(DeleteMessage::Deleted(message.deleted(at)));
        }
        // Whoever was first may have died before it showed.
        let first = self.deletions().await?;
        if let Some(first) = self.ask(first.find_one(doc! { "_id": deletion.id })).await? {
            self.show_deletion(&first).await?;
        }
        Ok(DeleteMessage::AlreadyDeleted)
    }
}

impl Mongo {
    /// What was stored when the same message was sent before.
    async fn sent_before(&self, message: &NewMessage) -> Result<Option<Message>, StoreError> {
        let room = stored(message.room.to_uuid());
        self.message(doc! { "room": room, "sendKey": send_key(message) }).await
    }

    /// Where the log of the message's room has got to; `None` if it's closed, or there is no such room.
    async fn open_head(&self, message: &NewMessage) -> Result<Option<Head>, StoreError> {
        let room = stored(message.room.to_uuid());
        if let Some(head) = self.newest_head(room).await? {
            return Ok(head.closed_at.is_none().then_some(head));
        }
        let rooms = self.rooms().await?;
        let room = self.ask(rooms.find_one(doc! { "_id": room })).await?;
        Ok(room.map(|room| Head::opened(room.created_at)))
    }

    async fn message(&self, filter: Document) -> Result<Option<Message>, StoreError> {
        let entries = self.entries().await?;
        let found = self.ask(entries.find_one(filter)).await?;
        found.map_or(Ok(None), EntryDocument::message)
    }

    async fn messages(
        &self,
        mut filter: Document,
        direction: i32,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        // For the server no limit is no limit.
        if limit <= 0 {
            return Ok(Vec::new());
        }
        // Not the room's end.
        filter.insert("message", doc! { "$exists": true });
        let entries = self.entries().await?;
        let found = self.list(entries.find(filter).sort(doc! { "seq": direction }).limit(limit)).await?;
        found.into_iter().filter_map(|entry| entry.message().transpose()).collect()
    }

    /// Marks the message as the deletion says, unless it is.
    async fn show_deletion(&self, deletion: &DeletionDocument) -> Result<(), StoreError> {
        let entries = self.entries().await?;
        let shown = doc! { "_id": deletion.id, "message.deletedAt": { "$exists": false } };
        let mark = doc! { "$set": { "message.deletedAt": deletion.at, "message.updatedAt": deletion.at } };
        self.ask(entries.update_one(shown, mark)).await?;
        Ok(())
    }
}

fn stored_message(entry: EntryDocument) -> Result<Message, StoreError> {
    let id = entry.id;
    entry.message()?.ok_or_else(|| StoreError::corrupt(format!("message {id}")))
}
