//! The ledger, as its users need it.

use async_trait::async_trait;
use kernel::{StoreError, UserId};

use crate::audit::Discrepancy;
use crate::transfer::Transfer;

/// The ledger, seen from inside one transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Ledger: Send {
    /// Writes the transfer and changes both balances: all of it or nothing.
    ///
    /// An implementation MUST
    /// - keep the balances of user and escrow accounts from going below zero by a constraint of the
    ///   store, whoever writes at the same time;
    /// - write a key once, even when two transactions post it at the same time: the second waits for the
    ///   first to end, then answers [`Posting::AlreadyPosted`] if that committed;
    /// - look for the key before the balance: what is already posted is never insufficient;
    /// - leave the transaction usable after every answer;
    /// - lock the accounts in the order of [`Transfer::entries`] (the world needs no lock, and need not
    ///   keep a balance beside its entries);
    /// - make accounts on first use. A user's account belongs to a stored user; a quote is known by its
    ///   id only, with no foreign key.
    async fn post(&mut self, transfer: &Transfer) -> Result<Posting, StoreError>;

    /// What the user can spend, 0 for one who never had any. MUST see what this transaction posted, and
    /// keep others from changing it until this transaction ends.
    async fn balance(&mut self, user: UserId) -> Result<i64, StoreError>;
}

/// What became of a transfer.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posting {
    /// It is written, and the balances have changed.
    Posted,
    /// A transfer with this key was there; nothing has changed.
    AlreadyPosted,
    /// An account would go below zero; nothing has changed.
    Insufficient,
}

/// A transaction in which coconuts can be moved.
pub trait HasLedger: Send {
    /// The ledger of this transaction.
    fn ledger(&mut self) -> &mut dyn Ledger;
}

/// Proves the books.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait LedgerAudit: Send + Sync {
    /// Everything that is off; empty when all is well. MUST look at one consistent state of the store,
    /// and check every kind of [`Discrepancy`].
    async fn audit(&self) -> Result<Vec<Discrepancy>, StoreError>;
}
