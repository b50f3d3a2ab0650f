//! Makers, as everybody sees them.

use async_trait::async_trait;
use kernel::{FollowId, Page, PageOf, ProfileImage, ServiceArea, StoreError, Timestamp, TripType, UserId};
use stats::MakerStats;

/// A maker with profile and statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct MakerCard {
    pub nick_name: String,
    pub image: ProfileImage,
    pub gallery: String,
    pub service_types: Vec<TripType>,
    pub service_areas: Vec<ServiceArea>,
    pub description: String,
    pub detail_description: String,
    /// Whether the viewer follows this maker; false for a guest.
    pub is_followed: bool,
    /// Holds the maker's id.
    pub stats: MakerStats,
}

/// What makers are sorted by, the most first; ties by id, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MakerOrder {
    /// The number of reviews.
    #[default]
    Reviews,
    /// The average rating.
    Ratings,
    /// The number of confirmed quotes.
    Confirms,
}

/// Which makers are wanted. An empty list is no restriction; several values mean any of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MakerFilter {
    pub order_by: MakerOrder,
    pub service_areas: Vec<ServiceArea>,
    pub service_types: Vec<TripType>,
    /// Part of the nickname, in any case.
    pub keyword: Option<String>,
}

/// An entry of the list of makers that a dreamer follows.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowedMaker {
    pub id: FollowId,
    pub dreamer: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub maker: MakerCard,
}

/// Reads of makers.
#[async_trait]
pub trait MakerQueries: Send + Sync {
    /// The makers that match.
    async fn list(
        &self,
        filter: &MakerFilter,
        viewer: Option<UserId>,
        page: Page,
    ) -> Result<PageOf<MakerCard>, StoreError>;

    /// One maker; `None` for a dreamer's id too.
    async fn find(&self, maker: UserId, viewer: Option<UserId>) -> Result<Option<MakerCard>, StoreError>;

    /// The makers that `dreamer` follows, the one followed last first.
    async fn followed_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<FollowedMaker>, StoreError>;
}
