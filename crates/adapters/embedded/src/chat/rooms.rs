//! The rooms, and how far their members have read.

use async_trait::async_trait;
use chat::{MarkRead, OpenRoom, Room, RoomFacts, RoomPosition, RoomProgress, RoomStore, RoomSummary};
use kernel::{Page, PageOf, PlanId, RoomId, StoreError, Timestamp, UserId};
use rusqlite::{Connection, Row, named_params, params};

use super::messages;
use crate::connection::Failure;
use crate::database::{Durability, Sqlite};
use crate::row::{self, millis};

/// A query for whole rooms.
macro_rules! select_rooms {
    ($rest:literal) => {
        concat!("SELECT * FROM chat_rooms ", $rest)
    };
}

#[async_trait]
impl RoomStore for Sqlite {
    async fn open(&self, room: &Room) -> Result<OpenRoom, StoreError> {
        let room = room.clone();
        self.write(Durability::Full, move |connection| {
            if insert(connection, &room)? {
                return Ok(OpenRoom::Opened);
            }
            of_plan(connection, room.facts().plan)?
                .map(OpenRoom::AlreadyOpen)
                .ok_or_else(|| StoreError::corrupt("two rooms of one id").into())
        })
        .await
    }

    async fn deactivate(&self, plan: PlanId, at: Timestamp) -> Result<Option<Room>, StoreError> {
        self.write(Durability::Full, move |connection| {
            row::change(
                connection,
                "UPDATE chat_rooms SET is_active = 0, updated_at = ?2 WHERE plan_id = ?1 AND is_active = 1",
                params![plan.to_uuid(), millis(at)],
            )?;
            of_plan(connection, plan)
        })
        .await
    }

    async fn find(&self, id: RoomId) -> Result<Option<Room>, StoreError> {
        self.read(move |connection| {
            row::find(connection, select_rooms!("WHERE id = ?1"), [id.to_uuid()], read_room)
        })
        .await
    }

    async fn page_of(&self, user: UserId, page: Page) -> Result<PageOf<RoomSummary>, StoreError> {
        self.read(move |connection| {
            let total = count_of(connection, user)?;
            let list = row::list(
                connection,
                concat!(
                    "SELECT r.*, ",
                    messages::columns!(),
                    " FROM (SELECT * FROM chat_rooms WHERE dreamer_id = ?1 OR maker_id = ?1
                            ORDER BY last_event_at DESC, id DESC LIMIT ?2 OFFSET ?3) r
                      LEFT JOIN chat_messages m ON m.room_id = r.id AND m.seq = r.last_seq
                      ORDER BY r.last_event_at DESC, r.id DESC"
                ),
                params![user.to_uuid(), page.limit(), page.offset()],
                read_summary,
            )?;
            Ok(PageOf { total, list })
        })
        .await
    }

    async fn all_of(&self, user: UserId, limit: i64) -> Result<Vec<RoomPosition>, StoreError> {
        self.read(move |connection| {
            row::list(
                connection,
                "SELECT r.*, (SELECT count(*) FROM chat_messages m
                              WHERE m.room_id = r.id AND m.seq > r.read_seq AND m.sender_id <> ?1) AS unread
                 FROM (SELECT *, iif(dreamer_id = ?1, dreamer_read, maker_read) AS read_seq,
                              iif(dreamer_id = ?1, maker_read, dreamer_read) AS peer_read_seq
                       FROM chat_rooms WHERE dreamer_id = ?1 OR maker_id = ?1
                       ORDER BY last_event_at DESC, id DESC LIMIT ?2) r
                 ORDER BY r.last_event_at DESC, r.id DESC",
                params![user.to_uuid(), limit],
                read_position,
            )
        })
        .await
    }

    async fn mark_read(&self, room: RoomId, user: UserId, seq: i64) -> Result<MarkRead, StoreError> {
        const AS_DREAMER: &str = "UPDATE chat_rooms SET dreamer_read = min(?3, last_seq)
            WHERE id = ?1 AND dreamer_id = ?2 AND dreamer_read < min(?3, last_seq)
            RETURNING dreamer_read AS read_seq";
        const AS_MAKER: &str = "UPDATE chat_rooms SET maker_read = min(?3, last_seq)
            WHERE id = ?1 AND maker_id = ?2 AND maker_read < min(?3, last_seq)
            RETURNING maker_read AS read_seq";
        self.write(Durability::Full, move |connection| {
            for advance in [AS_DREAMER, AS_MAKER] {
                let params = params![room.to_uuid(), user.to_uuid(), seq];
                if let Some(read) = row::find(connection, advance, params, |row| row.get("read_seq"))? {
                    return Ok(MarkRead::Advanced(read));
                }
            }
            Ok(MarkRead::Unchanged)
        })
        .await
    }
}

/// Adds the room unless its plan has one; answers whether it did.
fn insert(connection: &Connection, room: &Room) -> rusqlite::Result<bool> {
    let (facts, progress) = (room.facts(), room.progress());
    let added = row::change(
        connection,
        "INSERT INTO chat_rooms (id, plan_id, dreamer_id, maker_id, plan_title, trip_date, price, is_active,
                                 last_seq, last_event_at, created_at, updated_at)
         VALUES (:id, :plan, :dreamer, :maker, :title, :trip_date, :price, :is_active,
                 :last_seq, :created_at, :created_at, :updated_at)
         ON CONFLICT DO NOTHING",
        named_params! {
            ":id": facts.id.to_uuid(),
            ":plan": facts.plan.to_uuid(),
            ":dreamer": facts.dreamer.to_uuid(),
            ":maker": facts.maker.to_uuid(),
            ":title": facts.plan_title,
            ":trip_date": facts.trip_date.day(),
            ":price": facts.price.get(),
            ":is_active": progress.is_active,
            ":last_seq": progress.last_seq,
            ":created_at": millis(progress.created_at),
            ":updated_at": millis(progress.updated_at),
        },
    )?;
    Ok(added == 1)
}

fn of_plan(connection: &Connection, plan: PlanId) -> Result<Option<Room>, Failure> {
    row::find(connection, select_rooms!("WHERE plan_id = ?1"), [plan.to_uuid()], read_room)
}

fn count_of(connection: &Connection, user: UserId) -> Result<i64, Failure> {
    const COUNT: &str = "SELECT count(*) FROM chat_rooms WHERE dreamer_id = ?1 OR maker_id = ?1";
    Ok(connection.prepare_cached(COUNT)?.query_row([user.to_uuid()], |row| row.get(0))?)
}

fn read_room(row: &Row<'_>) -> rusqlite::Result<Room> {
    let facts = RoomFacts {
        id: row::id(row, "id")?,
        plan: row::id(row, "plan_id")?,
        dreamer: row::id(row, "dreamer_id")?,
        maker: row::id(row, "maker_id")?,
        plan_title: row.get("plan_title")?,
        trip_date: row::day(row, "trip_date")?,
        price: row::coconuts(row, "price")?,
    };
    let progress = RoomProgress {
        is_active: row.get("is_active")?,
        last_seq: row.get("last_seq")?,
        created_at: row::at(row, "created_at")?,
        updated_at: row::at(row, "updated_at")?,
    };
    Ok(Room::restore(facts, progress))
}

fn read_summary(row: &Row<'_>) -> rusqlite::Result<RoomSummary> {
    Ok(RoomSummary { room: read_room(row)?, last_message: messages::read_message_or_null(row)? })
}

fn read_position(row: &Row<'_>) -> rusqlite::Result<RoomPosition> {
    Ok(RoomPosition {
        room: read_room(row)?,
        read_seq: row.get("read_seq")?,
        peer_read_seq: row.get("peer_read_seq")?,
        unread: row.get("unread")?,
    })
}
