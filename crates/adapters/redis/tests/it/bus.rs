//! Signals while Redis is away, and what nodes of other versions say.

use std::sync::Arc;
use std::time::Duration;

use application::bus::{Bus, Signal};
use application::realtime::testing::ids;
use deadpool_redis::redis::cmd;
use goforme_redis::{Redis, RedisBus, RedisConfig};
use testkit::redis::PrivateRedis;
use tokio::sync::broadcast::Receiver;
use tokio::time::{Instant, timeout};

use crate::fresh::{assert_unavailable, config, impatient, raw};

const PATIENCE: Duration = Duration::from_secs(30);

async fn a_node(config: &RedisConfig) -> RedisBus {
    let bus = RedisBus::start(&Redis::new(config).unwrap(), ids().next_uuid());
    bus.connected().await;
    bus
}

fn a_signal() -> Signal {
    Signal::SessionsEnded { sessions: vec![ids().next()] }
}

async fn next(listener: &mut Receiver<Arc<Signal>>) -> Signal {
    (*timeout(PATIENCE, listener.recv()).await.unwrap().unwrap()).clone()
}

/// Listens until `signal` comes; answers whether it was told before that something was missed.
async fn heard(listener: &mut Receiver<Arc<Signal>>, signal: &Signal) -> bool {
    let mut missed = false;
    loop {
        match next(listener).await {
            Signal::Missed => missed = true,
            heard if heard == *signal => return missed,
            _ => {}
        }
    }
}

/// What is said while Redis is away is heard on its own node at once, elsewhere later or not at all; then
/// everybody knows that something may be missing.
async fn assert_survives(server: &PrivateRedis, away: impl Fn(), back: impl Fn()) {
    let config = impatient(server);
    let (one, other) = (a_node(&config).await, a_node(&config).await);
    let (mut here, mut there) = (one.subscribe(), other.subscribe());
    away();
    let (begun, meanwhile) = (Instant::now(), a_signal());
    one.publish(meanwhile.clone()).await;
    assert_eq!(next(&mut here).await, meanwhile);
    assert!(begun.elapsed() < Duration::from_secs(1));
    back();
    // Both notice by themselves that they were cut off.
    assert_eq!(next(&mut here).await, Signal::Missed);
    while next(&mut there).await != Signal::Missed {}
    let after = a_signal();
    one.publish(after.clone()).await;
    heard(&mut there, &after).await;
}

#[tokio::test]
async fn a_node_that_was_cut_off_says_so_and_goes_on() {
    let server = PrivateRedis::start();
    assert_survives(&server, || server.stop(), || server.start_again()).await;
}

/// A server that hangs keeps its connections: only a question that isn't answered tells.
#[tokio::test]
async fn a_server_that_hangs_is_noticed() {
    let server = PrivateRedis::start();
    let config = impatient(&server);
    let (one, other) = (a_node(&config).await, a_node(&config).await);
    let (mut here, mut there) = (one.subscribe(), other.subscribe());
    server.pause();
    let meanwhile = a_signal();
    one.publish(meanwhile.clone()).await;
    assert_eq!(next(&mut here).await, meanwhile);
    server.resume();
    assert!(timeout(PATIENCE, heard(&mut there, &meanwhile)).await.is_ok());
    let after = a_signal();
    one.publish(after.clone()).await;
    heard(&mut there, &after).await;
}

#[tokio::test]
async fn signals_that_found_no_place_leave_a_gap_that_the_others_see() {
    let server = PrivateRedis::start();
    let config = impatient(&server);
    let (one, other) = (a_node(&config).await, a_node(&config).await);
    let mut there = other.subscribe();
    let first = a_signal();
    one.publish(first.clone()).await;
    heard(&mut there, &first).await;
    server.pause();
    for _ in 0..20_000 {
        one.publish(a_signal()).await;
    }
    server.resume();
    let last = a_signal();
    let mut listener = other.subscribe();
    let mut missed = false;
    let hearing = async {
        loop {
            one.publish(last.clone()).await;
            match timeout(Duration::from_millis(100), listener.recv()).await {
                Ok(Ok(signal)) if *signal == last => return,
                Ok(Ok(signal)) if *signal == Signal::Missed => missed = true,
                _ => {}
            }
        }
    };
    timeout(PATIENCE, hearing).await.unwrap();
    assert!(missed);
}

#[tokio::test]
async fn a_bus_starts_without_redis_and_finds_it_later() {
    let server = PrivateRedis::start();
    server.stop();
    let redis = Redis::new(&impatient(&server)).unwrap();
    let bus = RedisBus::start(&redis, ids().next_uuid());
    let mut listener = bus.subscribe();
    let signal = a_signal();
    bus.publish(signal.clone()).await;
    assert_eq!(next(&mut listener).await, signal);
    // The bus finds that out, too.
    assert_unavailable(redis.check()).await;
    server.start_again();
    timeout(PATIENCE, bus.connected()).await.unwrap();
    assert_eq!(next(&mut listener).await, Signal::Missed);
}

#[tokio::test]
async fn what_can_not_be_understood_is_taken_for_something_missed() {
    let config = config();
    let bus = a_node(&config).await;
    let mut listener = bus.subscribe();
    let channel = format!("{}:signals", config.prefix);
    for unknown in
        ["", r#"{"node":"00000000-0000-0000-0000-000000000001","number":1,"signal":{"name":"new"}}"#]
    {
        let _: u64 = raw(&config, cmd("PUBLISH").arg(&channel).arg(unknown)).await;
        assert_eq!(next(&mut listener).await, Signal::Missed);
    }
}

#[tokio::test]
async fn what_a_node_took_along_when_it_died_is_looked_for() {
    let config = config();
    let other = a_node(&config).await;
    let mut there = other.subscribe();
    let one = a_node(&config).await;
    // It has said before that it lives.
    let first = a_signal();
    one.publish(first.clone()).await;
    assert!(!heard(&mut there, &first).await);
    // Nothing is awaited in between, so nothing is sent.
    one.publish(a_signal()).await;
    drop(one);
    assert_eq!(next(&mut there).await, Signal::Missed);
}

#[tokio::test]
async fn a_node_that_takes_leave_has_said_everything() {
    let config = config();
    let (one, other) = (a_node(&config).await, a_node(&config).await);
    let mut there = other.subscribe();
    let said: Vec<Signal> = (0..1000).map(|_| a_signal()).collect();
    for signal in &said {
        one.publish(signal.clone()).await;
    }
    one.close().await;
    one.publish(a_signal()).await;
    drop(one);
    for signal in &said {
        assert_eq!(next(&mut there).await, *signal);
    }
}

#[tokio::test]
async fn a_node_leaves_in_time_although_nobody_hears_it() {
    let server = PrivateRedis::start();
    let bus = a_node(&impatient(&server)).await;
    server.stop();
    bus.publish(a_signal()).await;
    timeout(Duration::from_secs(5), bus.close()).await.unwrap();
}

#[tokio::test]
async fn a_heartbeat_that_is_ahead_tells_of_lost_signals_and_so_does_a_goodbye() {
    let config = config();
    let bus = a_node(&config).await;
    let (mut listener, channel) = (bus.subscribe(), format!("{}:heartbeats", config.prefix));
    for (number, is_last, is_behind) in
        [(3, false, false), (3, false, false), (4, false, true), (5, true, true)]
    {
        let beat = format!(
            r#"{{"node":"00000000-0000-0000-0000-000000000001","number":{number},"isLast":{is_last}}}"#
        );
        let _: u64 = raw(&config, cmd("PUBLISH").arg(&channel).arg(beat)).await;
        if is_behind {
            assert_eq!(next(&mut listener).await, Signal::Missed, "{number}");
        }
    }
    // Whatever would come twice would come before this.
    let last = a_signal();
    bus.publish(last.clone()).await;
    assert_eq!(next(&mut listener).await, last);
}

/// Most of them, so that a machine with other things to do doesn't fail the test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signals_are_on_the_other_node_within_a_tenth_of_a_second() {
    let config = config();
    let (one, other) = (a_node(&config).await, a_node(&config).await);
    let mut listener = other.subscribe();
    let mut times = Vec::new();
    for _ in 0..200 {
        let (begun, signal) = (Instant::now(), a_signal());
        one.publish(signal.clone()).await;
        assert_eq!(next(&mut listener).await, signal);
        times.push(begun.elapsed());
    }
    times.sort();
    assert!(times[150] < Duration::from_millis(100), "{:?}", times[150]);
}
