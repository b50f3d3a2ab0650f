//! The counts of plans.

use std::sync::Arc;

use application::queries::{
    DreamerPlanFilter, DreamerPlanView, MakerPlanFilter, MakerPlanList, PlanQueries, PlanView,
};
use async_trait::async_trait;
use kernel::{Page, PageOf, PlanId, ServiceArea, StoreError, TripType, UserId};

use super::Cache;

/// Reads of plans, of which the counts come from the cache.
pub struct CachedPlans {
    database: Arc<dyn PlanQueries>,
    cache: Cache,
}

impl CachedPlans {
    /// What `database` answers, through `cache`.
    pub fn new(database: Arc<dyn PlanQueries>, cache: &Cache) -> Self {
        Self { database, cache: cache.clone() }
    }
}

#[async_trait]
impl PlanQueries for CachedPlans {
    async fn count_by_area(&self) -> Result<Vec<(ServiceArea, i64)>, StoreError> {
        self.cache.through(self.cache.plans_key(), self.database.count_by_area()).await
    }

    async fn count_by_trip_type(&self, area: ServiceArea) -> Result<Vec<(TripType, i64)>, StoreError> {
        self.cache.through(self.cache.plans_of_area_key(area), self.database.count_by_trip_type(area)).await
    }

    async fn for_maker(
        &self,
        maker: UserId,
        filter: &MakerPlanFilter,
        page: Page,
    ) -> Result<MakerPlanList, StoreError> {
        self.database.for_maker(maker, filter, page).await
    }

    async fn of_dreamer(
        &self,
        dreamer: UserId,
        filter: &DreamerPlanFilter,
        page: Page,
    ) -> Result<PageOf<DreamerPlanView>, StoreError> {
        self.database.of_dreamer(dreamer, filter, page).await
    }

    async fn find(&self, plan: PlanId) -> Result<Option<PlanView>, StoreError> {
        self.database.find(plan).await
    }
}
