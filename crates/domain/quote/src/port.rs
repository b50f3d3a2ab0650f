//! How quotes are stored, and found by those who change them.

use async_trait::async_trait;
use kernel::{PlanId, PlanStatus, QuoteId, StoreError, Timestamp, UserId};
use plan::PlanError;

use crate::quote::{Quote, QuoteError};

/// The quotes, seen from inside one transaction. Locks are taken in the order plan, quote, point
/// account: learn the plan by [`find`](Self::find), lock it, then lock the quote.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait QuoteRepository: Send {
    /// Adds a quote of a new id, unless its maker has a live (not deleted) one on its plan; the
    /// transaction stays usable either way. MUST hold against concurrent transactions, by a constraint
    /// of the store: of two that add, one has to wait for the other's end.
    async fn add(&mut self, quote: &Quote) -> Result<AddQuote, StoreError>;

    /// Loads the quote without locking it; a deleted one too. Good for what never changes: its plan,
    /// dreamer, maker and price.
    async fn find(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError>;

    /// Loads the quote and locks it until the transaction ends. MUST wait for a transaction that holds
    /// the lock, and then answer what that one committed. A deleted quote is answered too: the
    /// aggregate refuses by itself.
    async fn find_for_update(&mut self, id: QuoteId) -> Result<Option<Quote>, StoreError>;

    /// The plan's quotes that are not deleted, locked, by ascending id.
    async fn live_of_plan_for_update(&mut self, plan: PlanId) -> Result<Vec<Quote>, StoreError>;

    /// Overwrites the stored quote of the same id, unless that would give its plan a second confirmed
    /// quote (a deleted one counts); the transaction stays usable either way. MUST hold against
    /// concurrent transactions, by a constraint of the store. MUST fail if there is no quote of that
    /// id. The quote has to be locked by this transaction.
    async fn save(&mut self, quote: &Quote) -> Result<SaveQuote, StoreError>;

    /// Does [`Quote::delete_with_plan`] to every quote of the plan that is not deleted, and answers
    /// their makers, by ascending quote id. The plan has to be locked by this transaction.
    async fn delete_all_of_plan(&mut self, plan: PlanId, at: Timestamp) -> Result<Vec<UserId>, StoreError>;
}

/// What became of a quote that was to be added.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddQuote {
    /// It is stored.
    Added,
    /// Nothing was written: the maker has a live quote on the plan.
    AlreadyQuoted,
}

impl AddQuote {
    /// The outcome as a refusal, for `?`.
    pub const fn accepted(self) -> Result<(), QuoteError> {
        match self {
            Self::Added => Ok(()),
            Self::AlreadyQuoted => Err(QuoteError::Exists),
        }
    }
}

/// What became of a quote that was to be saved.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveQuote {
    /// It is stored.
    Saved,
    /// Nothing was written: another quote of the plan is the confirmed one.
    PlanAlreadyHasConfirmed,
}

impl SaveQuote {
    /// The outcome as a refusal, for `?`.
    pub const fn accepted(self) -> Result<(), QuoteError> {
        match self {
            Self::Saved => Ok(()),
            Self::PlanAlreadyHasConfirmed => {
                Err(QuoteError::Plan(PlanError::NotPending(PlanStatus::Confirmed)))
            }
        }
    }
}

/// A transaction in which quotes can be read and written.
pub trait HasQuotes: Send {
    /// The quotes of this transaction.
    fn quotes(&mut self) -> &mut dyn QuoteRepository;
}
