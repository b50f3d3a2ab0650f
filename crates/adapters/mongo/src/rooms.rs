//! The rooms, and how far their members have read.

use async_trait::async_trait;
use chat::{MarkRead, Message, OpenRoom, Room, RoomPosition, RoomStore, RoomSummary};
use kernel::{Page, PageOf, PlanId, RoomId, StoreError, Timestamp, UserId};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, Uuid, doc};
use tokio::try_join;

use crate::documents::{EntryDocument, Head, MarkDocument, RoomDocument, stored};
use crate::store::{Attempts, Mongo};

#[async_trait]
impl RoomStore for Mongo {
    async fn open(&self, room: &Room) -> Result<OpenRoom, StoreError> {
        let document = RoomDocument::new(room);
        let mut attempts = Attempts::default();
        loop {
            if self.insert(&self.rooms().await?, &document).await? {
                return Ok(OpenRoom::Opened);
            }
            if let Some(found) = self.room(doc! { "plan": document.plan }).await? {
                return found.room().map(OpenRoom::AlreadyOpen);
            }
            // Nobody has a room of this plan, but somebody has one of this id.
            if self.room(doc! { "_id": document.id }).await?.is_some() {
                return Err(StoreError::corrupt(format!("two rooms of the id {}", document.id)));
            }
            attempts.lost().await?;
        }
    }

    async fn deactivate(&self, plan: PlanId, at: Timestamp) -> Result<Option<Room>, StoreError> {
        let plan = stored(plan.to_uuid());
        let mut attempts = Attempts::default();
        loop {
            let Some(mut room) = self.room(doc! { "plan": plan }).await? else { return Ok(None) };
            if room.head.closed_at.is_some() {
                // Whoever closed it may have died before lists could see it.
                self.copy_head(room.id, &room.head).await;
                return room.room().map(Some);
            }
            let before = self.newest_head(room.id).await?.unwrap_or(room.head);
            let end = EntryDocument::of_end(room.id, before, at);
            // Somebody else's end may be on its way.
            if before.closed_at.is_none() && self.add(&end).await? {
                room.head = end.head;
                return room.room().map(Some);
            }
            attempts.lost().await?;
        }
    }

    async fn find(&self, id: RoomId) -> Result<Option<Room>, StoreError> {
        self.room(doc! { "_id": stored(id.to_uuid()) }).await?.map(RoomDocument::room).transpose()
    }

    async fn page_of(&self, user: UserId, page: Page) -> Result<PageOf<RoomSummary>, StoreError> {
        let member = doc! { "members": stored(user.to_uuid()) };
        let rooms = self.rooms().await?;
        let (total, mut rooms) = try_join!(
            self.ask(rooms.count_documents(member.clone())),
            self.latest(member, page.offset(), page.limit()),
        )?;
        let places: Vec<_> = rooms.iter().map(|room| (room.id, room.head.messages.max(1))).collect();
        let entries = self.entries_from(&places).await?;
        self.catch_up(&mut rooms, &entries).await;
        in_order(&mut rooms);
        let list: Result<_, StoreError> = rooms.into_iter().map(|room| summary(room, &entries)).collect();
        Ok(PageOf { total: i64::try_from(total).unwrap_or(i64::MAX), list: list? })
    }

    async fn all_of(&self, user: UserId, limit: i64) -> Result<Vec<RoomPosition>, StoreError> {
        let mut rooms = self.latest(doc! { "members": stored(user.to_uuid()) }, 0, limit).await?;
        let ids: Vec<Uuid> = rooms.iter().map(|room| room.id).collect();
        let places: Vec<_> = rooms.iter().map(|room| (room.id, room.head.next())).collect();
        let marks = self.marks().await?;
        let (marks, entries) =
            try_join!(self.list(marks.find(doc! { "room": { "$in": ids } })), self.entries_from(&places),)?;
        self.catch_up(&mut rooms, &entries).await;
        in_order(&mut rooms);
        rooms.into_iter().map(|room| room.position(user, &marks)).collect()
    }

    async fn mark_read(&self, room: RoomId, user: UserId, seq: i64) -> Result<MarkRead, StoreError> {
        let (room, user) = (stored(room.to_uuid()), stored(user.to_uuid()));
        let (marks, of_member) = (self.marks().await?, doc! { "room": room, "user": user });
        let highest = marks.find_one(of_member.clone()).sort(doc! { "seq": -1 });
        let (found, highest) = try_join!(self.room(doc! { "_id": room }), self.ask(highest))?;
        let Some(found) = found.filter(|found| found.members.contains(&user)) else {
            return Ok(MarkRead::Unchanged);
        };
        let seq = seq.min(found.head.messages);
        if seq <= highest.map_or(0, |mark| mark.seq) {
            return Ok(MarkRead::Unchanged);
        }
        let peers = self.head_at(&found, seq).await?.peers_of(user);
        let mark = MarkDocument { id: ObjectId::new(), room, user, seq, peers };
        if !self.insert(&marks, &mark).await? {
            return Ok(MarkRead::Unchanged);
        }
        // Only the highest counts; the others are in the way.
        let mut lower = of_member;
        lower.insert("seq", doc! { "$lt": seq });
        self.ask(marks.delete_many(lower)).await?;
        Ok(MarkRead::Advanced(seq))
    }
}

impl Mongo {
    /// The room, as its log says it is.
    async fn room(&self, filter: Document) -> Result<Option<RoomDocument>, StoreError> {
        let rooms = self.rooms().await?;
        let Some(mut room) = self.ask(rooms.find_one(filter)).await? else { return Ok(None) };
        if let Some(head) = self.settled_head(room.id).await? {
            room.head = head;
        }
        Ok(Some(room))
    }

    /// A part of the member's rooms, the ones with the latest news first.
    async fn latest(&self, member: Document, skip: i64, limit: i64) -> Result<Vec<RoomDocument>, StoreError> {
        // For the server no limit is no limit.
        if limit <= 0 {
            return Ok(Vec::new());
        }
        let rooms = self.rooms().await?;
        let order = doc! { "head.newsAt": -1, "_id": -1 };
        self.list(rooms.find(member).sort(order).skip(u64::try_from(skip).unwrap_or(0)).limit(limit)).await
    }

    /// Where the room's log had got to with the message `seq`.
    async fn head_at(&self, room: &RoomDocument, seq: i64) -> Result<Head, StoreError> {
        if seq == room.head.messages {
            return Ok(room.head);
        }
        let entries = self.entries().await?;
        let entry = self.ask(entries.find_one(doc! { "room": room.id, "seq": seq })).await?;
        entry
            .map(|entry| entry.head)
            .ok_or_else(|| StoreError::corrupt(format!("a room without its message {seq}: {}", room.id)))
    }
}

/// Those whose heads were mended may have moved.
fn in_order(rooms: &mut [RoomDocument]) {
    rooms.sort_by_key(|room| std::cmp::Reverse((room.head.news_at, room.id.bytes())));
}

/// The room with its last message, which is among `entries`.
fn summary(room: RoomDocument, entries: &[EntryDocument]) -> Result<RoomSummary, StoreError> {
    let mut of_room = entries.iter().filter(|entry| entry.room == room.id);
    let last = of_room.find(|entry| entry.seq == room.head.messages);
    let last_message: Option<Message> = last.cloned().map_or(Ok(None), EntryDocument::message)?;
    Ok(RoomSummary { room: room.room()?, last_message })
}
