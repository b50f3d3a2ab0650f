//! What the nodes have to agree on: through Redis where there are several, in the process where there is
//! one.

use std::sync::Arc;

use application::bus::Bus;
use application::jobs::JobQueue;
use application::queries::{MakerQueries, NothingShared, PlanQueries, SharedViews};
use application::realtime::Presence;
use auth::RateLimiter;
use embedded::{LocalBus, LocalPresence};
use redis::{
    Cache, CachedMakers, CachedPlans, RateLimiterWithFallback, Redis, RedisBus, RedisJobQueue, RedisPresence,
};
use system::InProcessRateLimiter;
use uuid::Uuid;

use super::relational::RelationalPorts;

/// How many accounts and addresses the rate limits of a node remember.
const RATE_LIMIT_KEYS: usize = 100_000;

/// What the nodes have to agree on.
pub(super) struct Nodes {
    pub bus: Arc<dyn Bus>,
    pub presence: Arc<dyn Presence>,
    pub rate_limiter: Arc<dyn RateLimiter>,
    pub queue: Arc<dyn JobQueue>,
    pub views: Arc<dyn SharedViews>,
    pub maker_queries: Arc<dyn MakerQueries>,
    pub plan_queries: Arc<dyn PlanQueries>,
}

impl Nodes {
    /// The only node there is: the queue is in its relational store.
    pub(super) fn alone(store: &RelationalPorts) -> Self {
        Self {
            bus: Arc::new(LocalBus::default()),
            presence: Arc::new(LocalPresence::default()),
            rate_limiter: own_limits(),
            queue: Arc::clone(&store.queue),
            views: Arc::new(NothingShared),
            maker_queries: Arc::clone(&store.maker_queries),
            plan_queries: Arc::clone(&store.plan_queries),
        }
    }

    /// One of several, called `node`.
    pub(super) fn through(redis: &Redis, node: Uuid, store: &RelationalPorts) -> Self {
        let cache = Cache::new(redis);
        Self {
            bus: Arc::new(RedisBus::start(redis, node)),
            presence: Arc::new(RedisPresence::new(redis)),
            rate_limiter: Arc::new(RateLimiterWithFallback::new(redis, own_limits())),
            queue: Arc::new(RedisJobQueue::new(redis)),
            maker_queries: Arc::new(CachedMakers::new(Arc::clone(&store.maker_queries), &cache)),
            plan_queries: Arc::new(CachedPlans::new(Arc::clone(&store.plan_queries), &cache)),
            views: Arc::new(cache),
        }
    }
}

fn own_limits() -> Arc<dyn RateLimiter> {
    Arc::new(InProcessRateLimiter::new(RATE_LIMIT_KEYS))
}
