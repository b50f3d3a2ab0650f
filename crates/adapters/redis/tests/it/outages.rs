//! A server that is gone, or hangs, and comes back: what needs it fails in time, and then works again.

use application::jobs::JobQueue;
use application::jobs::testing::{a_job, now};
use application::realtime::testing::ids;
use application::realtime::{ConnectionKind, Presence};
use auth::{Admission, Limit, RateLimiter};
use chrono::TimeDelta;
use goforme_redis::{Redis, RedisJobQueue, RedisPresence, RedisRateLimiter};
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
