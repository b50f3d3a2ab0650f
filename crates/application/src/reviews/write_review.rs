//! `POST /reviews`: a dreamer reviews the maker of a completed trip.

use kernel::{Event, HasOutbox, PlanId, UserId};
use plan::{HasPlans, Plan, PlanError};
use quote::{HasQuotes, Quote};
use review::{AddReview, Content, HasReviews, NewReview, Rating, Review, ReviewError};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What writing a review needs.
    pub trait WriteReviewTx: HasPlans, HasQuotes, HasReviews, HasOutbox;
}

/// What the dreamer says.
#[derive(Debug, Clone)]
pub struct ReviewDraft {
    pub maker: UserId,
    pub plan: PlanId,
    pub rating: Rating,
    pub content: Content,
}

/// Writes a review; the maker's statistics follow.
pub struct WriteReview {
    pub store: Store<dyn WriteReviewTx>,
    pub environment: Environment,
}

impl WriteReview {
    /// Answers the new review. Refuses unless the plan is the writer's, COMPLETED, and the maker its
    /// confirmed one, and refuses a second review.
    pub async fn run(&self, writer: UserId, draft: ReviewDraft) -> Result<Review, Error> {
        let id = self.environment.next_id();
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let plan = tx.plans().find_for_update(draft.plan).await?.ok_or(PlanError::NotFound)?;
            let host = confirmed_maker(tx, &plan).await?;
            let (owner, rating, content) = (draft.maker, draft.rating, draft.content.clone());
            let review = Review::write(NewReview { id, writer, owner, rating, content }, &plan, host, at)?;
            match tx.reviews().add(&review).await? {
                AddReview::Added => {}
                AddReview::AlreadyReviewed => return Err(ReviewError::Exists.into()),
            }
            let event = Event::ReviewWritten { review: id, maker: owner };
            tx.outbox().push(&self.environment.event(event, at)).await?;
            Ok(review)
        })
    }
}

async fn confirmed_maker(tx: &mut dyn WriteReviewTx, plan: &Plan) -> Result<Option<UserId>, Error> {
    let Some(quote) = plan.state().quote() else { return Ok(None) };
    Ok(tx.quotes().find(quote).await?.as_ref().map(Quote::maker))
}
