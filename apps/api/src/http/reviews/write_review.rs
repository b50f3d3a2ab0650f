//! `POST /reviews`: a Dreamer reviews the Maker of a completed trip.

use actix_web::web::Data;
use application::reviews::{ReviewDraft, WriteReview};
use kernel::{Invalid, PlanId, ReviewId, UserId, Validation};
use review::{Content, Rating, Review, ReviewParts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{Body, Dreamer};
use crate::http::json::{Created, Time};
use crate::http::schema;

/// A new review.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewReviewBody {
    #[schema(value_type = schema::Id)]
    maker_id: UserId,
    #[schema(value_type = schema::Id)]
    plan_id: PlanId,
    #[schema(minimum = 1, maximum = 5, examples(5))]
    rating: i64,
    #[schema(min_length = 1, max_length = 5000, examples("하루가 너무 짧았어요."))]
    content: String,
}

impl NewReviewBody {
    fn draft(self) -> Result<ReviewDraft, Invalid> {
        let (maker, plan) = (self.maker_id, self.plan_id);
        let mut check = Validation::default();
        let rating = check.field("rating", Rating::try_from(self.rating));
        let content = check.field("content", Content::try_from(self.content));
        check.build(|| Some(ReviewDraft { maker, plan, rating: rating?, content: content? }))
    }
}

/// A review that was written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewAnswer {
    #[schema(value_type = schema::Id)]
    id: ReviewId,
    /// The Dreamer who wrote it.
    #[schema(value_type = schema::Id)]
    writer_id: UserId,
    /// The Maker whom it is about.
    #[schema(value_type = schema::Id)]
    owner_id: UserId,
    #[schema(value_type = schema::Id)]
    plan_id: PlanId,
    #[schema(minimum = 1, maximum = 5, examples(5))]
    rating: u8,
    #[schema(examples("하루가 너무 짧았어요."))]
    content: String,
    created_at: Time,
    updated_at: Time,
}

impl From<Review> for ReviewAnswer {
    fn from(review: Review) -> Self {
        let ReviewParts { id, writer, owner, plan, rating, content, created_at, updated_at } =
            review.into_parts();
        Self {
            id,
            writer_id: writer,
            owner_id: owner,
            plan_id: plan,
            rating: rating.get(),
            content: content.into_string(),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// Reviews the Maker of a completed trip of one's own.
///
/// Refuses with `ROLE_FORBIDDEN`, `PLAN_NOT_FOUND`, `REVIEW_NOT_ALLOWED`, `REVIEW_EXISTS`.
#[utoipa::path(post, path = "/reviews", tag = "reviews", request_body = NewReviewBody,
    security(("bearer" = [])), responses((status = 201, body = ReviewAnswer)))]
pub async fn write_review(
    caller: Dreamer,
    Body(body): Body<NewReviewBody>,
    reviews: Data<WriteReview>,
) -> Result<Created<ReviewAnswer>, ApiError> {
    let review = reviews.run(caller.user, body.draft()?).await?;
    Ok(Created(review.into()))
}
