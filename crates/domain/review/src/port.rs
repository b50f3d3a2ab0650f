//! How reviews are stored.

use async_trait::async_trait;
use kernel::StoreError;

use crate::review::{Review, ReviewError};

/// The reviews, seen from inside one transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ReviewRepository: Send {
    /// Adds a review of a new id, unless its plan has one; the transaction stays usable either way.
    /// MUST hold against concurrent transactions, by a constraint of the store: of two that add, one
    /// has to wait for the other's end.
    async fn add(&mut self, review: &Review) -> Result<AddReview, StoreError>;
}

/// What became of a review that was to be added.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddReview {
    /// It is stored.
    Added,
    /// Nothing was written: the plan was reviewed before.
    AlreadyReviewed,
}

impl AddReview {
    /// The outcome as a refusal, for `?`.
    pub const fn accepted(self) -> Result<(), ReviewError> {
        match self {
            Self::Added => Ok(()),
            Self::AlreadyReviewed => Err(ReviewError::Exists),
        }
    }
}

/// A transaction in which reviews can be written.
pub trait HasReviews: Send {
    /// The reviews of this transaction.
    fn reviews(&mut self) -> &mut dyn ReviewRepository;
}
