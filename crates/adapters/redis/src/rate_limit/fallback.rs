//! Limits while Redis is away.

use std::sync::Arc;

use async_trait::async_trait;
use auth::{Admission, Limit, RateLimiter};
use kernel::{StoreError, Timestamp};

use super::RedisRateLimiter;
use crate::breaker::Breaker;
use crate::connection::Redis;

/// Counts in Redis, and as long as that is away in this process alone: a limit for each node is better than
/// none, and better than turning everybody away.
pub struct RateLimiterWithFallback {
    shared: RedisRateLimiter,
    own: Arc<dyn RateLimiter>,
    breaker: Breaker,
}

impl RateLimiterWithFallback {
    /// Counts in `redis`, or else in `own`.
    pub fn new(redis: &Redis, own: Arc<dyn RateLimiter>) -> Self {
        Self { shared: RedisRateLimiter::new(redis), own, breaker: Breaker::default() }
    }

    /// What Redis answered; `None` if it could not be asked.
    async fn ask<T>(&self, answer: impl Future<Output = Result<T, StoreError>>) -> Option<T> {
        if !self.breaker.lets_through() {
            return None;
        }
        let answer = answer.await;
        match &answer {
            Ok(_) if self.breaker.close() => tracing::info!("all nodes count their limits together again"),
            Err(error) if self.breaker.open() => {
                tracing::warn!(%error, "each node counts its limits by itself");
            }
            Ok(_) | Err(_) => {}
        }
        answer.ok()
    }
}

#[async_trait]
impl RateLimiter for RateLimiterWithFallback {
    async fn acquire(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError> {
        match self.ask(self.shared.acquire(key, limit, now)).await {
            Some(admission) => Ok(admission),
            None => self.own.acquire(key, limit, now).await,
        }
    }

    async fn check(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError> {
        match self.ask(self.shared.check(key, limit, now)).await {
            Some(admission) => Ok(admission),
            None => self.own.check(key, limit, now).await,
        }
    }

    async fn release(&self, key: &str) -> Result<(), StoreError> {
        match self.ask(self.shared.release(key)).await {
            Some(()) => Ok(()),
            None => self.own.release(key).await,
        }
    }
}
