//! The log of a room: its messages in their order, and its end. Whoever adds an entry reads the last one
//! and inserts the next; the unique index on room and place lets one of several through, and the others
//! read again. So nobody sees an entry before all that come before it are there for good, no place is
//! given twice or left out, and nothing comes after the end.
//!
//! A room has a copy of its log's head for lists. It is brought up to date after the entry was inserted; if
//! that didn't happen (the process died, or the server lost the update among others) the copy is behind
//! until the next entry, or until a list notices and mends it.

use kernel::StoreError;
use mongodb::bson::{Bson, Uuid, doc, serialize_to_bson};
use mongodb::options::ReadConcern;

use crate::documents::{EntryDocument, Head, RoomDocument};
use crate::store::Mongo;

/// In how many places one query looks: each costs the server a search in the index.
const PLACES_AT_ONCE: usize = 100;

impl Mongo {
    /// Where the room's log has got to, for adding to it; `None` if nothing is in it.
    ///
    /// Sees entries that are not yet on most servers: what is added after them gets there after them.
    pub(crate) async fn newest_head(&self, room: Uuid) -> Result<Option<Head>, StoreError> {
        self.head(room, ReadConcern::local()).await
    }

    /// Where the room's log has got to, for showing it.
    pub(crate) async fn settled_head(&self, room: Uuid) -> Result<Option<Head>, StoreError> {
        self.head(room, ReadConcern::majority()).await
    }

    async fn head(&self, room: Uuid, concern: ReadConcern) -> Result<Option<Head>, StoreError> {
        let entries = self.entries().await?;
        let last = entries.find_one(doc! { "room": room }).sort(doc! { "seq": -1 }).read_concern(concern);
        Ok(self.ask(last).await?.map(|entry| entry.head))
    }

    /// Adds the entry, unless somebody was first with its place or its key; answers whether it did.
    pub(crate) async fn add(&self, entry: &EntryDocument) -> Result<bool, StoreError> {
        let added = self.insert(&self.entries().await?, entry).await?;
        if added {
            self.copy_head(entry.room, &entry.head).await;
        }
        Ok(added)
    }

    /// Copies the head to the room, unless it has a later one. Never fails: the entry is there, and the
    /// copy will be mended.
    pub(crate) async fn copy_head(&self, room: Uuid, head: &Head) {
        if let Err(error) = self.try_copy_head(room, head).await {
            tracing::warn!(room.id = %room, %error, "the copy of a room's head is behind for now");
        }
    }

    async fn try_copy_head(&self, room: Uuid, head: &Head) -> Result<(), StoreError> {
        let mut earlier = vec![doc! { "head.messages": { "$lt": head.messages } }];
        if head.closed_at.is_some() {
            earlier.push(doc! { "head.messages": head.messages, "head.closedAt": { "$exists": false } });
        }
        let head: Bson = serialize_to_bson(head).map_err(StoreError::unavailable)?;
        let rooms = self.rooms().await?;
        self.ask(rooms.update_one(doc! { "_id": room, "$or": earlier }, doc! { "$set": { "head": head } }))
            .await?;
        Ok(())
    }

    /// The entries of several rooms, of each from its place on.
    pub(crate) async fn entries_from(
        &self,
        places: &[(Uuid, i64)],
    ) -> Result<Vec<EntryDocument>, StoreError> {
        let entries = self.entries().await?;
        let mut found = Vec::new();
        for places in places.chunks(PLACES_AT_ONCE) {
            let anywhere: Vec<_> =
                places.iter().map(|(room, seq)| doc! { "room": room, "seq": { "$gte": seq } }).collect();
            found.extend(self.list(entries.find(doc! { "$or": anywhere })).await?);
        }
        Ok(found)
    }

    /// Brings the heads of listed rooms up to date by `entries`, which has all that come after them, and
    /// mends the copies that were behind.
    pub(crate) async fn catch_up(&self, rooms: &mut [RoomDocument], entries: &[EntryDocument]) {
        for room in rooms {
            let of_room = entries.iter().filter(|entry| entry.room == room.id);
            let Some(last) = of_room.max_by_key(|entry| entry.seq) else { continue };
            if last.head.is_after(&room.head) {
                room.head = last.head;
                self.copy_head(room.id, &last.head).await;
            }
        }
    }
}
