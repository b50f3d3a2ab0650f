//! The transactional outbox: what follows from a change is recorded in the transaction that made it.

use async_trait::async_trait;

use crate::error::StoreError;
use crate::event::Envelope;

/// The outbox, seen from inside one transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Outbox: Send {
    /// Records an event. It is delivered if, and only if, the transaction commits: at least once, and
    /// in the order of recording for the same aggregate.
    async fn push(&mut self, event: &Envelope) -> Result<(), StoreError>;
}

/// A transaction that can record events.
pub trait HasOutbox: Send {
    /// The outbox of this transaction.
    fn outbox(&mut self) -> &mut dyn Outbox;
}
