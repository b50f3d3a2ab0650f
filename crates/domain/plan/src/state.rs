//! Where a plan is in its life, with what is true there.

use kernel::{PlanStatus, QuoteId, StoreError};

/// The state of a plan: what the API shows as its status, and the quote that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanState {
    /// Takes quotes and may ask makers for them.
    Pending,
    /// One quote was chosen; its price is in escrow.
    Confirmed {
        /// The chosen quote.
        quote: QuoteId,
    },
    /// The trip is over and its maker paid.
    Completed {
        /// The quote that was chosen.
        quote: QuoteId,
    },
    /// The trip day came and nothing was confirmed.
    Overdue,
}

impl PlanState {
    /// The state of that status, for stores. A quote is needed in CONFIRMED and COMPLETED and
    /// impossible in the others.
    pub fn restore(status: PlanStatus, quote: Option<QuoteId>) -> Result<Self, StoreError> {
        match (status, quote) {
            (PlanStatus::Pending, None) => Ok(Self::Pending),
            (PlanStatus::Confirmed, Some(quote)) => Ok(Self::Confirmed { quote }),
            (PlanStatus::Completed, Some(quote)) => Ok(Self::Completed { quote }),
            (PlanStatus::Overdue, None) => Ok(Self::Overdue),
            (_, Some(_)) => Err(StoreError::corrupt(format!("a {status} plan with a confirmed quote"))),
            (_, None) => Err(StoreError::corrupt(format!("a {status} plan without a confirmed quote"))),
        }
    }

    /// The name of the state.
    pub const fn status(self) -> PlanStatus {
        match self {
            Self::Pending => PlanStatus::Pending,
            Self::Confirmed { .. } => PlanStatus::Confirmed,
            Self::Completed { .. } => PlanStatus::Completed,
            Self::Overdue => PlanStatus::Overdue,
        }
    }

    /// The quote that was confirmed.
    pub const fn quote(self) -> Option<QuoteId> {
        match self {
            Self::Confirmed { quote } | Self::Completed { quote } => Some(quote),
            Self::Pending | Self::Overdue => None,
        }
    }
}
