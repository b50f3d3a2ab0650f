//! The relational store, whichever it is.

use async_trait::async_trait;
use embedded::{Sqlite, SqliteTx};
use kernel::{Begin, Bundle, StoreError};

/// Opens transactions on the store that was configured. Use cases see it as the bundle they need.
#[derive(Clone)]
pub enum Relational {
    /// A file in the data folder.
    Embedded(Sqlite),
}

#[async_trait]
impl<Tx: Bundle<SqliteTx> + ?Sized> Begin<Tx> for Relational {
    async fn begin(&self) -> Result<Box<Tx>, StoreError> {
        match self {
            Self::Embedded(store) => store.begin().await,
        }
    }
}
