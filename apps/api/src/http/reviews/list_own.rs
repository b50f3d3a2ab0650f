//! `GET /reviews/me`: what a Dreamer wrote.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{MyReviewView, ReviewQueries};
use kernel::{ProfileImage, ReviewId, TripType};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{Dreamer, Paged};
use crate::http::json::{Json, ListAnswer, Time};
use crate::http::schema;

/// A review of one's own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnReviewAnswer {
    #[schema(value_type = schema::Id)]
    id: ReviewId,
    created_at: Time,
    #[schema(minimum = 1, maximum = 5, examples(5))]
    rating: i64,
    #[schema(examples("하루가 너무 짧았어요."))]
    content: String,
    /// The Maker whom it is about.
    owner: ReviewedMaker,
    plan: ReviewedPlan,
}

/// The Maker whom a review is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewedMaker {
    #[schema(examples("서울토박이"))]
    nick_name: String,
    maker_profile: ReviewedMakerProfile,
}

/// As much of a Maker's profile as is shown beside a review.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewedMakerProfile {
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
}

/// The trip that a review is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewedPlan {
    #[schema(value_type = schema::TripType)]
    trip_type: TripType,
    /// Midnight in Seoul, at which the day of the trip began.
    trip_date: Time,
    /// Exactly the confirmed one.
    #[schema(min_items = 1, max_items = 1)]
    quotes: [ReviewedQuote; 1],
}

/// The confirmed quote of the trip.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewedQuote {
    /// In coconuts.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(120))]
    price: i64,
    /// Whether the plan had asked this Maker.
    is_assigned: bool,
}

impl From<MyReviewView> for OwnReviewAnswer {
    fn from(review: MyReviewView) -> Self {
        let maker_profile = ReviewedMakerProfile { image: review.maker_image };
        Self {
            id: review.id,
            created_at: review.created_at.into(),
            rating: review.rating,
            content: review.content,
            owner: ReviewedMaker { nick_name: review.maker_nick_name, maker_profile },
            plan: ReviewedPlan {
                trip_type: review.trip_type,
                trip_date: review.trip_date.midnight().into(),
                quotes: [ReviewedQuote { price: review.price, is_assigned: review.is_assigned }],
            },
        }
    }
}

/// What one wrote; also about trips whose plan was deleted since.
///
/// Refuses with `ROLE_FORBIDDEN`.
#[utoipa::path(get, path = "/reviews/me", tag = "reviews", params(Paged<5>), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<OwnReviewAnswer>)))]
pub async fn list_own_reviews(
    caller: Dreamer,
    Paged(page): Paged<5>,
    reviews: Data<Arc<dyn ReviewQueries>>,
) -> Result<Json<ListAnswer<OwnReviewAnswer>>, ApiError> {
    let written = reviews.written_by(caller.user, page).await?;
    Ok(Json(ListAnswer::of(written, OwnReviewAnswer::from)))
}
