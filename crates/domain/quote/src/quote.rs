//! The quote and its transitions.

use kernel::{Coconuts, Code, ErrorCode, PlanId, QuoteId, Text, Timestamp, UserId};
use plan::{Plan, PlanError};

/// What the maker offers for the price.
pub type Content = Text<5000>;

/// A maker's offer on a plan. Deleting is soft: every operation on a deleted quote is refused as if the
/// quote did not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote(QuoteParts);

/// Everything that a quote is made of, for stores: see [`Quote::restore`] and [`Quote::into_parts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteParts {
    /// Its id.
    pub id: QuoteId,
    /// The plan that it is an offer on.
    pub plan: PlanId,
    /// Who posted the plan, and may confirm.
    pub dreamer: UserId,
    /// Who offers.
    pub maker: UserId,
    /// What it costs.
    pub price: Coconuts,
    /// What the maker offers for the price.
    pub content: Content,
    /// Whether the plan had asked this maker when the quote was sent.
    pub is_assigned: bool,
    /// Whether it was chosen.
    pub state: QuoteState,
    /// When it was withdrawn, or deleted with its plan.
    pub deleted_at: Option<Timestamp>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

/// Whether a quote was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteState {
    /// An offer.
    Open,
    /// The one that the dreamer chose. It stays so, whatever becomes of the plan.
    Confirmed {
        /// When it was chosen.
        at: Timestamp,
    },
}

/// What a maker says of a new quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuote {
    /// The id it shall have.
    pub id: QuoteId,
    /// Who offers.
    pub maker: UserId,
    /// What it costs.
    pub price: Coconuts,
    /// What the maker offers for the price.
    pub content: Content,
}

/// A refusal by a quote, or by its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// Unknown or deleted: the two can't be told apart from outside.
    #[error("there is no such quote")]
    NotFound,
    /// The caller is not the dreamer or maker whose right this is.
    #[error("the quote belongs to somebody else")]
    NotOwned,
    /// The maker has a live quote on the plan.
    #[error("the maker has quoted on this plan already")]
    Exists,
    /// The plan does not allow it.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl ErrorCode for QuoteError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::not_found("QUOTE_NOT_FOUND"),
            Self::NotOwned => Code::forbidden("QUOTE_NOT_OWNED"),
            Self::Exists => Code::conflict("QUOTE_EXISTS"),
            Self::Plan(error) => error.code(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::NotFound | Self::NotOwned | Self::Exists => None,
            Self::Plan(error) => error.detail(),
        }
    }
}

impl Quote {
    /// A new quote on `plan`, which must be there and PENDING. That it is the maker's only live one
    /// there is for the store to see ([`AddQuote`](crate::AddQuote)).
    pub fn send(new: NewQuote, plan: &Plan, at: Timestamp) -> Result<Self, PlanError> {
        let NewQuote { id, maker, price, content } = new;
        plan.check_pending()?;
        Ok(Self(QuoteParts {
            id,
            plan: plan.id(),
            dreamer: plan.dreamer(),
            maker,
            price,
            content,
            is_assigned: plan.has_asked(maker),
            state: QuoteState::Open,
            deleted_at: None,
            created_at: at,
            updated_at: at,
        }))
    }

    /// A quote out of a store. There are no parts that no quote can have.
    pub const fn restore(parts: QuoteParts) -> Self {
        Self(parts)
    }

    /// Everything, for stores: taking it apart by a pattern keeps a new part from being forgotten.
    pub fn into_parts(self) -> QuoteParts {
        self.0
    }

    /// The dreamer chooses this quote: it and its plan (which must be PENDING) become CONFIRMED
    /// together, or neither changes.
    pub fn confirm(&mut self, by: UserId, plan: &mut Plan, at: Timestamp) -> Result<(), QuoteError> {
        self.check(plan, self.0.dreamer, by)?;
        plan.confirm(self.0.id, at)?;
        self.0.state = QuoteState::Confirmed { at };
        self.0.updated_at = at;
        Ok(())
    }

    /// The maker takes the quote back, while its plan is PENDING.
    pub fn withdraw(&mut self, by: UserId, plan: &Plan, at: Timestamp) -> Result<(), QuoteError> {
        self.check(plan, self.0.maker, by)?;
        plan.check_pending()?;
        self.delete_with_plan(at);
        Ok(())
    }

    /// The quote goes because its plan was deleted; one that is gone already stays as it is. Stores do
    /// this in bulk: [`delete_all_of_plan`](crate::QuoteRepository::delete_all_of_plan).
    pub fn delete_with_plan(&mut self, at: Timestamp) {
        if !self.is_deleted() {
            self.0.deleted_at = Some(at);
            self.0.updated_at = at;
        }
    }

    /// Refuses a deleted quote, one on another plan, and whoever is not its `holder`.
    fn check(&self, plan: &Plan, holder: UserId, by: UserId) -> Result<(), QuoteError> {
        if self.is_deleted() || plan.id() != self.0.plan {
            return Err(QuoteError::NotFound);
        }
        if by == holder { Ok(()) } else { Err(QuoteError::NotOwned) }
    }
}

/// What can be read of a quote.
impl Quote {
    /// Its id.
    pub const fn id(&self) -> QuoteId {
        self.0.id
    }

    /// The plan that it is an offer on.
    pub const fn plan(&self) -> PlanId {
        self.0.plan
    }

    /// Who posted the plan, and may confirm.
    pub const fn dreamer(&self) -> UserId {
        self.0.dreamer
    }

    /// Who offers.
    pub const fn maker(&self) -> UserId {
        self.0.maker
    }

    /// What it costs.
    pub const fn price(&self) -> Coconuts {
        self.0.price
    }

    /// What the maker offers for the price.
    pub const fn content(&self) -> &Content {
        &self.0.content
    }

    /// Whether the plan had asked this maker when the quote was sent.
    pub const fn is_assigned(&self) -> bool {
        self.0.is_assigned
    }

    /// Whether it was chosen, and when.
    pub const fn state(&self) -> QuoteState {
        self.0.state
    }

    /// Whether it was chosen.
    pub const fn is_confirmed(&self) -> bool {
        matches!(self.0.state, QuoteState::Confirmed { .. })
    }

    /// Whether it was withdrawn, or deleted with its plan.
    pub const fn is_deleted(&self) -> bool {
        self.0.deleted_at.is_some()
    }

    /// When it was sent.
    pub const fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When anything of it last changed.
    pub const fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }
}
