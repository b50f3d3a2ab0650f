//! A server that is gone, or hangs, and comes back: what needs it fails in time, and then works again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use application::jobs::JobQueue;
use application::jobs::testing::{a_job, now};
use application::realtime::testing::ids;
use application::realtime::{ConnectionKind, Presence};
use auth::{Admission, Limit, RateLimiter};
use chrono::TimeDelta;
use goforme_redis::{RateLimiterWithFallback, Redis, RedisJobQueue, RedisPresence, RedisRateLimiter};
use system::InProcessRateLimiter;
use testkit::eventually;
use testkit::redis::PrivateRedis;

use crate::fresh::{assert_unavailable, impatient};

const LIMIT: Limit = Limit { count: 3, window: TimeDelta::minutes(1) };

async fn assert_survives(server: &PrivateRedis, away: impl Fn(), back: impl Fn()) {
    let redis = Redis::new(&impatient(server)).unwrap();
    let queue = RedisJobQueue::new(&redis);
    let (limiter, book) = (RedisRateLimiter::new(&redis), RedisPresence::new(&redis));
    let (user, connection) = (ids().next(), ids().next_uuid());
    queue.enqueue(&[a_job()], now()).await.unwrap();

    away();
    for _ in 0..2 {
        assert_unavailable(redis.check()).await;
        assert_unavailable(queue.enqueue(&[a_job()], now())).await;
        assert_unavailable(limiter.acquire("mina", LIMIT, now())).await;
        assert_unavailable(book.enter(user, connection, ConnectionKind::Socket, 1, now())).await;
    }

    back();
    eventually("Redis answers again", || async { redis.check().await.ok() }).await;
    queue.enqueue(&[a_job()], now()).await.unwrap();
    assert!(queue.take(10, now(), TimeDelta::seconds(4)).await.unwrap().len() >= 2);
    assert_eq!(limiter.check("mina", LIMIT, now()).await.unwrap(), Admission::Admitted);
    book.enter(user, connection, ConnectionKind::Socket, 1, now()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_gone() {
    let server = PrivateRedis::start();
    assert_survives(&server, || server.stop(), || server.start_again()).await;
}

#[tokio::test]
async fn a_server_that_hangs() {
    let server = PrivateRedis::start();
    assert_survives(&server, || server.pause(), || server.resume()).await;
}

#[tokio::test]
async fn limits_are_counted_by_each_node_meanwhile() {
    let server = PrivateRedis::start();
    let redis = Redis::new(&impatient(&server)).unwrap();
    let node = || RateLimiterWithFallback::new(&redis, Arc::new(InProcessRateLimiter::default()));
    let (one, other) = (node(), node());
    let spend = async |node: &RateLimiterWithFallback| {
        for _ in 0..LIMIT.count {
            assert_eq!(node.acquire("mina", LIMIT, now()).await.unwrap(), Admission::Admitted);
        }
    };
    spend(&one).await;
    assert_ne!(other.acquire("mina", LIMIT, now()).await.unwrap(), Admission::Admitted);
    server.stop();
    spend(&other).await;
    assert_ne!(other.acquire("mina", LIMIT, now()).await.unwrap(), Admission::Admitted);
    server.start_again();
    let attempts = AtomicU32::new(0);
    eventually("they are counted together", || async {
        let key = attempts.fetch_add(1, Ordering::Relaxed).to_string();
        let once = Limit { count: 1, ..LIMIT };
        let first = one.acquire(&key, once, now()).await.unwrap();
        let second = other.acquire(&key, once, now()).await.unwrap();
        (first == Admission::Admitted && second != Admission::Admitted).then_some(())
    })
    .await;
}
