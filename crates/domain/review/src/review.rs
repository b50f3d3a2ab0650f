//! The review and its rating.

use kernel::{Code, ErrorCode, PlanId, PlanStatus, ReviewId, Text, Timestamp, UserId};
use plan::{Plan, PlanError};

/// What the dreamer has to say.
pub type Content = Text<5000>;

/// 1 (worst) to 5 (best).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rating(u8);

/// A number that is no rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from {min} to {max}", min = Rating::MIN, max = Rating::MAX)]
pub struct InvalidRating;

impl Rating {
    /// The worst.
    pub const MIN: u8 = 1;
    /// The best.
    pub const MAX: u8 = 5;

    /// The bare number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Rating {
    type Error = InvalidRating;

    fn try_from(raw: i64) -> Result<Self, InvalidRating> {
        u8::try_from(raw)
            .ok()
            .filter(|rating| (Self::MIN..=Self::MAX).contains(rating))
            .map(Self)
            .ok_or(InvalidRating)
    }
}

/// What a dreamer says of the maker of a completed trip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review(ReviewParts);

/// Everything that a review is made of, for stores: see [`Review::restore`] and [`Review::into_parts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewParts {
    /// Its id.
    pub id: ReviewId,
    /// The dreamer who wrote it.
    pub writer: UserId,
    /// The maker whom it is about.
    pub owner: UserId,
    /// The trip that it is about.
    pub plan: PlanId,
    /// How good it was.
    pub rating: Rating,
    /// What the dreamer has to say.
    pub content: Content,
    /// When it was written.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

/// What a dreamer says in a new review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// The id it shall have.
    pub id: ReviewId,
    /// Who writes it.
    pub writer: UserId,
    /// The maker whom the writer claims it is about.
    pub owner: UserId,
    /// How good it was.
    pub rating: Rating,
    /// What the dreamer has to say.
    pub content: Content,
}

/// Why a review can't be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The plan is somebody else's, not COMPLETED, or its confirmed maker is another one.
    #[error("only a completed trip of one's own, with this maker, can be reviewed")]
    NotAllowed,
    /// The trip was reviewed before.
    #[error("the trip was reviewed already")]
    Exists,
    /// The plan is unknown or deleted.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl ErrorCode for ReviewError {
    fn code(&self) -> Code {
        match self {
            Self::NotAllowed => Code::invalid("REVIEW_NOT_ALLOWED"),
            Self::Exists => Code::conflict("REVIEW_EXISTS"),
            Self::Plan(error) => error.code(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::NotAllowed | Self::Exists => None,
            Self::Plan(error) => error.detail(),
        }
    }
}

impl Review {
    /// A new review of the trip `plan`, whose confirmed quote (if it has one) is by `confirmed_maker`.
    /// That it is the only one of the trip is for the store to see ([`AddReview`](crate::AddReview)).
    pub fn write(
        new: NewReview,
        plan: &Plan,
        confirmed_maker: Option<UserId>,
        at: Timestamp,
    ) -> Result<Self, ReviewError> {
        let NewReview { id, writer, owner, rating, content } = new;
        plan.check_live()?;
        let is_theirs = plan.dreamer() == writer && confirmed_maker == Some(owner);
        if !is_theirs || plan.status() != PlanStatus::Completed {
            return Err(ReviewError::NotAllowed);
        }
        Ok(Self(ReviewParts {
            id,
            writer,
            owner,
            plan: plan.id(),
            rating,
            content,
            created_at: at,
            updated_at: at,
        }))
    }

    /// A review out of a store. There are no parts that no review can have.
    pub const fn restore(parts: ReviewParts) -> Self {
        Self(parts)
    }

    /// Everything, for stores: taking it apart by a pattern keeps a new part from being forgotten.
    pub fn into_parts(self) -> ReviewParts {
        self.0
    }

    /// Its id.
    pub const fn id(&self) -> ReviewId {
        self.0.id
    }

    /// The dreamer who wrote it.
    pub const fn writer(&self) -> UserId {
        self.0.writer
    }

    /// The maker whom it is about.
    pub const fn owner(&self) -> UserId {
        self.0.owner
    }

    /// The trip that it is about.
    pub const fn plan(&self) -> PlanId {
        self.0.plan
    }

    /// How good it was.
    pub const fn rating(&self) -> Rating {
        self.0.rating
    }

    /// What the dreamer has to say.
    pub const fn content(&self) -> &Content {
        &self.0.content
    }

    /// When it was written.
    pub const fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When anything of it last changed.
    pub const fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }
}
