//! The outbox, as commands write it: `outbox`. The relay that empties it is elsewhere.
//!
//! Events are numbered when they are recorded, not when they commit. Those of one plan are in order all
//! the same, since whoever records one holds the plan's lock until the commit; those of a maker (a review,
//! a follow) only make the statistics be counted again, in whatever order.

use async_trait::async_trait;
use diesel::prelude::*;
use kernel::{Envelope, HasOutbox, Outbox, StoreError};

use crate::database::PgTx;
use crate::schema::outbox;

impl HasOutbox for PgTx {
    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }
}

#[async_trait]
impl Outbox for PgTx {
    async fn push(&mut self, event: &Envelope) -> Result<(), StoreError> {
        let envelope = serde_json::to_value(event).map_err(|error| StoreError::corrupt(error.to_string()))?;
        let row = (
            outbox::id.eq(event.id.to_uuid()),
            outbox::aggregate.eq(event.event.aggregate()),
            outbox::envelope.eq(envelope),
        );
        self.conn.change(diesel::insert_into(outbox::table).values(row)).await?;
        self.records_events = true;
        Ok(())
    }
}
