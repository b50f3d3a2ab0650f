//! The outbox, seen by the relays.

use application::jobs::OutboxFeed;
use async_trait::async_trait;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Jsonb, Timestamptz, Uuid};
use kernel::{Envelope, EventId, StoreError, Timestamp};

use crate::database::Postgres;
use crate::schema::outbox;
use crate::sql::{Prepared, sql};
use crate::wake_ups::Channel;

/// Holds the oldest events that are free.
///
/// The first event of an aggregate stands for all of them: only who can lock it, and finds it free, may
/// hold it and those behind it. So no other relay can get at an event while an earlier one of its
/// aggregate is held, be it held by a lease or by a statement like this one that has not ended yet.
const LEASE: &str = "
    WITH heads AS (
        SELECT aggregate FROM outbox AS head
        WHERE (leased_until IS NULL OR leased_until <= $1) AND NOT EXISTS (
            SELECT FROM outbox AS earlier
            WHERE earlier.aggregate = head.aggregate AND earlier.position < head.position)
        ORDER BY position LIMIT $3 FOR UPDATE SKIP LOCKED
    ), oldest AS (
        SELECT position FROM outbox WHERE aggregate IN (SELECT aggregate FROM heads)
        ORDER BY position LIMIT $3
    )
    UPDATE outbox SET leased_until = $2 FROM oldest WHERE outbox.position = oldest.position
    RETURNING outbox.position, id, envelope";
const DELIVERED: &str = "DELETE FROM outbox WHERE id = ANY ($1)";

#[async_trait]
impl OutboxFeed for Postgres {
    async fn lease(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<Envelope>, StoreError> {
        let hold = sql(LEASE)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(now + lease)
            .bind::<BigInt, _>(limit);
        let mut leased: Vec<EventRow> = self.connection().await?.list(Prepared(hold)).await?;
        // RETURNING promises no order.
        leased.sort_unstable_by_key(|event| event.position);
        Ok(leased.into_iter().filter_map(EventRow::read).collect())
    }

    async fn delivered(&self, events: &[EventId]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = events.iter().map(|id| id.to_uuid()).collect();
        let forget = sql(DELIVERED).bind::<Array<Uuid>, _>(ids);
        self.connection().await?.change(forget).await.map(drop)
    }

    async fn pending(&self) -> Result<i64, StoreError> {
        self.connection().await?.get(outbox::table.count()).await
    }

    async fn changed(&self) {
        self.wake_ups().changed(Channel::Outbox).await;
    }
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Jsonb)]
    envelope: serde_json::Value,
}

impl EventRow {
    /// The event. One that this version can't read (a newer one recorded it) doesn't stop the others: it
    /// is `None`, and waits for a version that can.
    fn read(self) -> Option<Envelope> {
        serde_json::from_value(self.envelope)
            .inspect_err(|error| {
                tracing::error!(event.id = %self.id, %error, "an event in the outbox can't be read");
            })
            .ok()
    }
}
