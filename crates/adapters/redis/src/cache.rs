//! What many guests look at, kept for seconds: the cards of makers, and the counts of plans. The database
//! is the truth; Redis that is away, slow, or holds nonsense only means that it's asked.

mod makers;
mod plans;

use std::sync::Arc;

use application::queries::SharedViews;
use async_trait::async_trait;
use deadpool_redis::redis::{FromRedisValue, Pipeline};
use kernel::enums::Named;
use kernel::{ServiceArea, StoreError, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::breaker::Breaker;
use crate::connection::Redis;
pub use makers::CachedMakers;
pub use plans::CachedPlans;

/// The cache that all nodes share. Clones are the same one, and bypass it together.
#[derive(Clone)]
pub struct Cache {
    redis: Redis,
    breaker: Arc<Breaker>,
}

impl Cache {
    /// A cache that is kept there.
    pub fn new(redis: &Redis) -> Self {
        Self { redis: redis.clone(), breaker: Arc::default() }
    }

    fn maker_key(&self, maker: UserId) -> String {
        self.redis.key(&format!("cache:maker:{maker}"))
    }

    fn plans_key(&self) -> String {
        self.redis.key("cache:plans")
    }

    fn plans_of_area_key(&self, area: ServiceArea) -> String {
        self.redis.key(&format!("cache:plans:{area}"))
    }

    async fn forget(&self, keys: Vec<String>) {
        let mut commands = Pipeline::with_capacity(1);
        commands.cmd("DEL").arg(keys).ignore();
        let _: Option<()> = self.ask(&commands).await;
    }

    /// What is cached under `key`; or else what `read` brings, which is cached from now on.
    async fn through<T: Serialize + DeserializeOwned>(
        &self,
        key: String,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if let Some(cached) = self.get(&key).await {
            return Ok(cached);
        }
        let value = read.await?;
        self.put(key, &value).await;
        Ok(value)
    }

    async fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let mut commands = Pipeline::with_capacity(1);
        commands.cmd("GET").arg(key);
        let (cached,): (Option<Vec<u8>>,) = self.ask(&commands).await?;
        // What another version has written may look different.
        serde_json::from_slice(&cached?).ok()
    }

    async fn put<T: Serialize>(&self, key: String, value: &T) {
        let Ok(value) = serde_json::to_vec(value) else { return };
        let ttl = self.redis.cache_ttl.as_millis().max(1).to_string();
        let mut commands = Pipeline::with_capacity(1);
        commands.cmd("SET").arg(key).arg(value).arg("PX").arg(ttl).ignore();
        let _: Option<()> = self.ask(&commands).await;
    }

    /// Asks Redis, but not for long, and for a while not at all if it has just failed.
    async fn ask<T: FromRedisValue>(&self, commands: &Pipeline) -> Option<T> {
        if !self.breaker.lets_through() {
            return None;
        }
        let answer = self.redis.query_within(self.redis.cache_timeout, commands).await;
        match &answer {
            Ok(_) if self.breaker.close() => tracing::info!("the cache is used again"),
            Err(error) if self.breaker.open() => tracing::warn!(%error, "the cache is bypassed"),
            Ok(_) | Err(_) => {}
        }
        answer.ok()
    }
}

/// Somebody who read before a change and writes after it brings the old view back until it expires.
#[async_trait]
impl SharedViews for Cache {
    async fn maker_changed(&self, maker: UserId) {
        self.forget(vec![self.maker_key(maker)]).await;
    }

    async fn plan_counts_changed(&self) {
        let of_areas = ServiceArea::ALL.iter().map(|area| self.plans_of_area_key(*area));
        self.forget(of_areas.chain([self.plans_key()]).collect()).await;
    }
}
