//! The outbox, as commands write it: `outbox`. The relay that empties it is elsewhere.

use async_trait::async_trait;
use kernel::{Envelope, HasOutbox, Outbox, StoreError};
use rusqlite::named_params;

use crate::database::SqliteTx;
use crate::row::change;

impl HasOutbox for SqliteTx {
    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }
}

#[async_trait]
impl Outbox for SqliteTx {
    async fn push(&mut self, event: &Envelope) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO outbox (id, aggregate, envelope) VALUES (:id, :aggregate, :envelope)";
        let (id, aggregate) = (event.id.to_uuid(), event.event.aggregate());
        let envelope =
            serde_json::to_string(event).map_err(|error| StoreError::corrupt(error.to_string()))?;
        self.run(move |connection| {
            let params = named_params! { ":id": id, ":aggregate": aggregate, ":envelope": envelope };
            Ok(change(connection, SQL, params)?)
        })
        .await?;
        self.records_events = true;
        Ok(())
    }
}
