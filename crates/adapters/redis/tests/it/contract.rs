//! The contracts of the ports.

use std::future::{Ready, ready};
use std::sync::Arc;

use application::bus::testing::Nodes;
use application::jobs::testing::Queue;
use application::realtime::testing::{Book, ids};
use auth::RateLimiter;
use goforme_redis::{RedisBus, RedisJobQueue, RedisPresence, RedisRateLimiter};

use crate::fresh::redis;

async fn nodes() -> Nodes {
    let redis = redis();
    let [one, other] = [(); 2].map(|()| RedisBus::start(&redis, ids().next_uuid()));
    one.connected().await;
    other.connected().await;
    Nodes { one: Arc::new(one), other: Arc::new(other) }
}

fn queue() -> Ready<Queue> {
    ready(Arc::new(RedisJobQueue::new(&redis())))
}

fn book() -> Ready<Book> {
    ready(Arc::new(RedisPresence::new(&redis())))
}

fn limiter() -> Ready<Arc<dyn RateLimiter>> {
    ready(Arc::new(RedisRateLimiter::new(&redis())))
}

mod buses {
    application::bus_contract!(super::nodes());
}

mod queues {
    application::job_queue_contract!(super::queue());
}

mod books {
    application::presence_contract!(super::book());
}

mod limiters {
    auth::rate_limiter_contract!(super::limiter());
}
