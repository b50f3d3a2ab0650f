//! The unit of work: one transaction, spelled as the repositories that a use case needs.

use async_trait::async_trait;

use crate::error::StoreError;

/// An open transaction. Dropping it without `commit` abandons its writes and frees its locks.
#[async_trait]
pub trait Transaction: Send {
    /// Makes the writes permanent; after `Ok` they survive the death of the process.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
    /// Undoes the writes.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// Opens transactions of the shape `Tx` (a bundle trait such as `dyn ConfirmQuoteTx`).
#[async_trait]
pub trait Begin<Tx: ?Sized>: Send + Sync {
    /// Opens a transaction. MUST give up with [`StoreError::Unavailable`] after a bounded wait.
    async fn begin(&self) -> Result<Box<Tx>, StoreError>;
}

/// A bundle of repositories as a trait object, which any transaction `T` that has them can become.
/// Implemented by [`bundle!`](crate::bundle), so that an adapter opens every bundle with one impl:
/// `impl<Tx: Bundle<MyTx> + ?Sized> Begin<Tx> for MyStore`.
pub trait Bundle<T>: Transaction {
    /// The same transaction, seen as this bundle.
    fn of(tx: Box<T>) -> Box<Self>;
}

/// Declares the bundle of repositories that one use case needs from its transaction.
///
/// ```ignore
/// kernel::bundle! {
///     /// What confirming a quote needs.
///     pub trait ConfirmQuoteTx: HasPlans, HasQuotes, HasLedger, HasOutbox;
/// }
/// ```
#[macro_export]
macro_rules! bundle {
    ($($(#[$doc:meta])* pub trait $name:ident: $($needs:path),+;)+) => {$(
        $(#[$doc])*
        pub trait $name: $($needs +)+ $crate::Transaction {}

        impl<T: $($needs +)+ $crate::Transaction> $name for T {}

        impl<T: $($needs +)+ $crate::Transaction + 'static> $crate::tx::Bundle<T> for dyn $name {
            fn of(tx: Box<T>) -> Box<Self> {
                tx
            }
        }
    )+};
}

/// Commits on `Ok`, rolls back on `Err`, and returns the outcome.
pub async fn finish<Tx, T, E>(tx: Box<Tx>, outcome: Result<T, E>) -> Result<T, E>
where
    Tx: Transaction + ?Sized,
    E: From<StoreError>,
{
    match &outcome {
        Ok(_) => tx.commit().await?,
        Err(_) => {
            if let Err(error) = tx.rollback().await {
                tracing::warn!(%error, "a transaction could not be rolled back");
            }
        }
    }
    outcome
}
