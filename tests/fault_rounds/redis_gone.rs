//! Redis goes away: what needs nobody else goes on, caches are bypassed, what follows from events waits.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use testkit::people::PASSWORD;
use testkit::{Guest, TestApp};

use crate::outage::{self, Fault, a_busy_cluster, all_catches_up, play_for, readiness, timed};

/// The most that a client may wait because of it, on a machine that is busy with other things.
const BEARABLE: Duration = Duration::from_secs(3);

/// Reads that are cached, and a log-in, which is counted, until the time is over; answers the slowest.
async fn ask_all_the_time(app: &TestApp, email: &str) -> Duration {
    let until = Instant::now() + outage::duration();
    let mut slowest = Duration::ZERO;
    let nothing = json!({});
    let log_in = json!({ "email": email, "password": PASSWORD });
    while Instant::now() < until {
        for (method, path, body, expected) in [
            (Method::GET, "/users/makers", &nothing, 200),
            (Method::GET, "/plans/groupCount", &nothing, 200),
            (Method::POST, "/auth/login", &log_in, 201),
        ] {
            let (status, took, code) = timed(app, method, path, &Guest, body).await;
            assert_eq!(status, expected, "{path}: {code}");
            slowest = slowest.max(took);
        }
    }
    slowest
}

async fn life_goes_on_without_redis(fault: Fault) {
    let (cluster, mut stories) = a_busy_cluster().await;
    let user = cluster.nodes[1].sign_up_dreamer().await;
    fault.begin(&cluster.redis);
    let (slowest, ()) = tokio::join!(
        ask_all_the_time(&cluster.nodes[1], &user.email),
        play_for(&cluster, &mut stories, outage::duration()),
    );
    println!("without Redis the slowest answer took {slowest:?}");
    assert!(slowest < BEARABLE, "{slowest:?}");
    assert_eq!(
        readiness(&cluster.nodes[0]).await,
        (200, json!({ "postgres": true, "mongo": true, "redis": false }))
    );
    assert_ne!(cluster.sql("SELECT count(*) FROM outbox").await, "0", "what follows waits in the outbox");
    fault.end(&cluster.redis);
    let took = all_catches_up(&cluster, &mut stories).await;
    println!("all had caught up after {took:?}");
    play_for(&cluster, &mut stories, Duration::from_secs(1)).await;
    all_catches_up(&cluster, &mut stories).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_is_gone_requests_go_on_and_what_follows_waits() {
    life_goes_on_without_redis(Fault::Gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_hangs_requests_go_on_and_what_follows_waits() {
    life_goes_on_without_redis(Fault::Hangs).await;
}
