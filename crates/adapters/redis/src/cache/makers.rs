//! The cards of makers, as a guest sees them.

use std::sync::Arc;

use application::queries::{FollowedMaker, MakerCard, MakerFilter, MakerQueries};
use async_trait::async_trait;
use kernel::{Page, PageOf, ProfileImage, ServiceArea, StoreError, TripType, UserId};
use serde::{Deserialize, Serialize};
use stats::MakerStats;

use super::Cache;

/// Reads of makers, of which a single card for a guest comes from the cache. Whoever is logged in may
/// follow the maker, which nobody else's card says.
pub struct CachedMakers {
    database: Arc<dyn MakerQueries>,
    cache: Cache,
}

impl CachedMakers {
    /// What `database` answers, through `cache`.
    pub fn new(database: Arc<dyn MakerQueries>, cache: &Cache) -> Self {
        Self { database, cache: cache.clone() }
    }
}

#[async_trait]
impl MakerQueries for CachedMakers {
    async fn list(
        &self,
        filter: &MakerFilter,
        viewer: Option<UserId>,
        page: Page,
    ) -> Result<PageOf<MakerCard>, StoreError> {
        self.database.list(filter, viewer, page).await
    }

    async fn find(&self, maker: UserId, viewer: Option<UserId>) -> Result<Option<MakerCard>, StoreError> {
        if viewer.is_some() {
            return self.database.find(maker, viewer).await;
        }
        let key = self.cache.maker_key(maker);
        if let Some(cached) = self.cache.get::<CachedCard>(&key).await {
            return Ok(Some(cached.card()));
        }
        let card = self.database.find(maker, None).await?;
        // That there is no such maker is not kept: anybody may make up ids.
        if let Some(card) = &card {
            self.cache.put(key, &CachedCard::of(card)).await;
        }
        Ok(card)
    }

    async fn followed_by(&self, dreamer: UserId, page: Page) -> Result<PageOf<FollowedMaker>, StoreError> {
        self.database.followed_by(dreamer, page).await
    }
}

/// A card that nobody in particular looks at.
#[derive(Serialize, Deserialize)]
struct CachedCard {
    maker: UserId,
    nick_name: String,
    image: ProfileImage,
    gallery: String,
    service_types: Vec<TripType>,
    service_areas: Vec<ServiceArea>,
    description: String,
    detail_description: String,
    rating_sum: i64,
    total_reviews: i64,
    total_follows: i64,
    total_confirms: i64,
}

impl CachedCard {
    fn of(card: &MakerCard) -> Self {
        let MakerStats { maker, rating_sum, total_reviews, total_follows, total_confirms } = card.stats;
        let card = card.clone();
        Self {
            maker,
            nick_name: card.nick_name,
            image: card.image,
            gallery: card.gallery,
            service_types: card.service_types,
            service_areas: card.service_areas,
            description: card.description,
            detail_description: card.detail_description,
            rating_sum,
            total_reviews,
            total_follows,
            total_confirms,
        }
    }

    fn card(self) -> MakerCard {
        MakerCard {
            nick_name: self.nick_name,
            image: self.image,
            gallery: self.gallery,
            service_types: self.service_types,
            service_areas: self.service_areas,
            description: self.description,
            detail_description: self.detail_description,
            is_followed: false,
            stats: MakerStats {
                maker: self.maker,
                rating_sum: self.rating_sum,
                total_reviews: self.total_reviews,
                total_follows: self.total_follows,
                total_confirms: self.total_confirms,
            },
        }
    }
}
