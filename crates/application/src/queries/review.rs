//! Reviews, as lists show them. They outlive the plan they are about.

use async_trait::async_trait;
use kernel::{Page, PageOf, ProfileImage, ReviewId, StoreError, Timestamp, TripDate, TripType, UserId};

/// A review in its writer's own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyReviewView {
    pub id: ReviewId,
    pub created_at: Timestamp,
    pub rating: i64,
    pub content: String,
    pub maker_nick_name: String,
    pub maker_image: ProfileImage,
    pub trip_type: TripType,
    pub trip_date: TripDate,
    /// Price of the confirmed quote.
    pub price: i64,
    /// Whether the plan had asked its maker for that quote.
    pub is_assigned: bool,
}

/// A review in its maker's public list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakerReviewView {
    pub id: ReviewId,
    pub created_at: Timestamp,
    pub rating: i64,
    pub content: String,
    pub writer_nick_name: String,
}

/// A maker's reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakerReviews {
    pub reviews: PageOf<MakerReviewView>,
    /// How often each rating was given, the best first; ratings that were never given are left out.
    pub by_rating: Vec<(i64, i64)>,
}

/// Reads of reviews.
#[async_trait]
pub trait ReviewQueries: Send + Sync {
    /// What a dreamer wrote, newest first.
    async fn written_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<MyReviewView>, StoreError>;

    /// What was written about a maker, newest first; empty for somebody unknown.
    async fn about(&self, maker: UserId, page: Page) -> Result<MakerReviews, StoreError>;
}
