//! `GET /reviews/{makerId}`: what was written about a Maker, for everybody.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{MakerReviewView, MakerReviews, ReviewQueries};
use kernel::{PageOf, ReviewId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{MaybeCaller, Paged, PathId};
use crate::http::json::{Json, Time};
use crate::http::schema;

/// How often a rating was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatingCount {
    #[schema(minimum = 1, maximum = 5)]
    rating: i64,
    #[schema(minimum = 1)]
    count: i64,
}

/// Who wrote a review.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewWriter {
    #[schema(examples("제주바다"))]
    nick_name: String,
}

/// A review of a Maker.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MakerReviewAnswer {
    #[schema(value_type = schema::Id)]
    id: ReviewId,
    created_at: Time,
    #[schema(minimum = 1, maximum = 5, examples(5))]
    rating: i64,
    #[schema(examples("하루가 너무 짧았어요."))]
    content: String,
    writer: ReviewWriter,
}

impl From<MakerReviewView> for MakerReviewAnswer {
    fn from(review: MakerReviewView) -> Self {
        Self {
            id: review.id,
            created_at: review.created_at.into(),
            rating: review.rating,
            content: review.content,
            writer: ReviewWriter { nick_name: review.writer_nick_name },
        }
    }
}

/// A page of a Maker's reviews, and how often each rating was given.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MakerReviewsAnswer {
    /// All reviews, not only those on this page.
    #[schema(minimum = 0)]
    total_count: i64,
    /// Over all reviews, the best rating first; ratings that were never given are left out.
    group_by_count: Vec<RatingCount>,
    list: Vec<MakerReviewAnswer>,
}

impl From<MakerReviews> for MakerReviewsAnswer {
    fn from(found: MakerReviews) -> Self {
        let MakerReviews { reviews: PageOf { total, list }, by_rating } = found;
        Self {
            total_count: total,
            group_by_count: by_rating
                .into_iter()
                .map(|(rating, count)| RatingCount { rating, count })
                .collect(),
            list: list.into_iter().map(MakerReviewAnswer::from).collect(),
        }
    }
}

/// What was written about a Maker. An unknown one has empty lists.
#[utoipa::path(get, path = "/reviews/{makerId}", tag = "reviews",
    params(("makerId" = String, Path, description = "The id of a Maker; another text names nobody."), Paged<5>), security((), ("bearer" = [])),
    responses((status = 200, body = MakerReviewsAnswer)))]
pub async fn list_reviews_of_maker(
    _: MaybeCaller,
    maker: Option<PathId<UserId>>,
    Paged(page): Paged<5>,
    reviews: Data<Arc<dyn ReviewQueries>>,
) -> Result<Json<MakerReviewsAnswer>, ApiError> {
    let found = match maker {
        Some(PathId(id)) => reviews.about(id, page).await?,
        // A text that is no id names nobody.
        None => MakerReviews { reviews: PageOf { total: 0, list: Vec::new() }, by_rating: Vec::new() },
    };
    Ok(Json(found.into()))
}
