//! Rate limits that all nodes count together: the times of what counts, in a sorted set for each key.

mod fallback;

use std::sync::LazyLock;

use async_trait::async_trait;
use auth::{Admission, Limit, RateLimiter};
use deadpool_redis::redis::{Pipeline, Script};
use kernel::{StoreError, Timestamp};

use crate::connection::Redis;
pub use fallback::RateLimiterWithFallback;

/// Answers the milliseconds to wait, 0 for none; counts if it's told to.
static ADMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("rate_limit/admit.lua")));

/// Counts in Redis.
#[derive(Clone)]
pub struct RedisRateLimiter(Redis);

impl RedisRateLimiter {
    /// A limiter that counts there.
    pub fn new(redis: &Redis) -> Self {
        Self(redis.clone())
    }

    async fn admit(
        &self,
        key: &str,
        limit: Limit,
        now: Timestamp,
        counts: bool,
    ) -> Result<Admission, StoreError> {
        let mut script = ADMIT.key(self.key(key));
        script
            .arg(now.timestamp_millis())
            .arg((now - limit.window).timestamp_millis())
            .arg(limit.window.num_milliseconds())
            .arg(limit.count)
            .arg(u8::from(counts));
        let millis: u64 = self.0.invoke(&script).await?;
        Ok(if millis == 0 { Admission::Admitted } else { Admission::RetryAfter(millis.div_ceil(1000)) })
    }

    fn key(&self, key: &str) -> String {
        self.0.key(&format!("limit:{key}"))
    }
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn acquire(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError> {
        self.admit(key, limit, now, true).await
    }

    async fn check(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError> {
        self.admit(key, limit, now, false).await
    }

    async fn release(&self, key: &str) -> Result<(), StoreError> {
        let mut latest = Pipeline::with_capacity(1);
        latest.cmd("ZPOPMAX").arg(self.key(key)).ignore();
        self.0.query::<()>(&latest).await
    }
}
