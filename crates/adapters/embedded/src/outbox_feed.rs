//! The outbox, seen by the relay. Events are recorded by `Outbox` in the commands' transactions, whose
//! commits wake the relay.

use application::jobs::OutboxFeed;
use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{Envelope, EventId, StoreError, Timestamp};
use rusqlite::{Row, params};

use crate::database::{Durability, Sqlite};
use crate::row::{self, millis};

/// Holds the oldest events that are free, except those that come after one of the same aggregate that is
/// held. An event was never leased if its `leased_until` is 0; saying so makes the small index fit.
const LEASE: &str = "UPDATE outbox SET leased_until = :until WHERE position IN (
        SELECT position FROM outbox AS event WHERE leased_until <= :now AND NOT EXISTS (
            SELECT 1 FROM outbox AS earlier WHERE earlier.aggregate = event.aggregate
            AND earlier.position < event.position AND earlier.leased_until > 0
            AND earlier.leased_until > :now)
        ORDER BY position LIMIT :limit)
    RETURNING position, id, envelope";

#[async_trait]
impl OutboxFeed for Sqlite {
    async fn lease(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<Envelope>, StoreError> {
        self.write(Durability::Relaxed, move |connection| {
            let params = rusqlite::named_params! {
                ":now": millis(now), ":until": millis(now + lease), ":limit": limit,
            };
            let mut leased = row::list(connection, LEASE, params, read_event)?;
            // RETURNING promises no order.
            leased.sort_unstable_by_key(|(position, _)| *position);
            Ok(leased.into_iter().filter_map(|(_, event)| event).collect())
        })
        .await
    }

    async fn delivered(&self, events: &[EventId]) -> Result<(), StoreError> {
        let events = events.to_vec();
        self.write(Durability::Relaxed, move |connection| {
            for event in events {
                row::change(connection, "DELETE FROM outbox WHERE id = ?1", params![event.to_uuid()])?;
            }
            Ok(())
        })
        .await
    }

    async fn pending(&self) -> Result<i64, StoreError> {
        self.read(|connection| {
            let count = "SELECT count(*) FROM outbox";
            Ok(connection.prepare_cached(count)?.query_row([], |row| row.get(0))?)
        })
        .await
    }

    async fn changed(&self) {
        self.recorded.notified().await;
    }
}

/// The event with its position. One that this version can't read (a newer one recorded it) doesn't stop
/// the others: it's `None`, and waits for a version that can.
fn read_event(row: &Row<'_>) -> rusqlite::Result<(i64, Option<Envelope>)> {
    let envelope = row::parsed(row, "envelope", |json: String| serde_json::from_str(&json));
    let event = envelope
        .inspect_err(|error| {
            let id = row::id::<EventId>(row, "id").ok();
            tracing::error!(?id, %error, "an event in the outbox can't be read");
        })
        .ok();
    Ok((row.get("position")?, event))
}
