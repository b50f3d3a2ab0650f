//! MongoDB goes away: there is no chat, everything else goes on, and rooms and notifications come later.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::story::Story;
use testkit::{Cluster, TestApp, Trip};

use crate::outage::{self, Fault, a_busy_cluster, all_catches_up, answers_again, play_for, readiness, timed};

/// Each of the up to four things that a request asks of it is given up after 3 s; and some for a machine that
/// compiles at the same time.
const SAID_IN_TIME: Duration = Duration::from_secs(4 * 3 + 2);

/// Chat and notifications say that they are not there; answers how long the slowest took to do so.
async fn there_is_no_chat(app: &TestApp, trip: &Trip, room: &str) -> Duration {
    let chats = format!("/chatRooms/{room}/chats");
    let (nothing, text) = (json!({}), json!({ "type": "TEXT", "content": "is anybody there?" }));
    let mut slowest = Duration::ZERO;
    for (method, path, body) in [
        (Method::GET, "/chatRooms", &nothing),
        (Method::GET, &chats, &nothing),
        (Method::POST, &chats, &text),
        (Method::GET, "/notifications", &nothing),
    ] {
        let (status, took, code) = timed(app, method.clone(), path, &trip.dreamer, body).await;
        assert_eq!(status, 503, "{method} {path}: {code}");
        slowest = slowest.max(took);
    }
    slowest
}

/// Trips are planned and confirmed until the time is over.
async fn trips_go_on(cluster: &Cluster, stories: &mut [Story]) {
    let until = Instant::now() + outage::duration();
    let travels = stories.iter_mut().enumerate().map(async |(at, story)| {
        while Instant::now() < until {
            story.travel(&cluster.nodes[at % 2]).await.unwrap();
        }
    });
    join_all(travels).await;
}

async fn all_but_the_chat_goes_on(fault: Fault) {
    let (cluster, mut stories) = a_busy_cluster().await;
    let app = &cluster.nodes[0];
    let trip = app.confirmed_trip(10).await;
    let room = app.room_of(&trip).await;
    fault.begin(&cluster.mongo);
    let (slowest, ()) =
        tokio::join!(there_is_no_chat(app, &trip, &room), trips_go_on(&cluster, &mut stories));
    println!("without MongoDB the slowest answer took {slowest:?}");
    assert!(slowest < SAID_IN_TIME, "{slowest:?}");
    assert_eq!(readiness(app).await, (200, json!({ "postgres": true, "mongo": false, "redis": true })));
    fault.end(&cluster.mongo);
    let back = Instant::now();
    for node in &cluster.nodes {
        answers_again(node, "/chatRooms", &trip.dreamer, 200).await;
    }
    println!("the chat was there again after {:?}", back.elapsed());
    let took = all_catches_up(&cluster, &mut stories).await;
    println!("rooms and notifications had come after {:?}", back.elapsed().max(took));
    play_for(&cluster, &mut stories, Duration::from_secs(1)).await;
    all_catches_up(&cluster, &mut stories).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_mongodb_is_gone_all_but_the_chat_goes_on_and_rooms_open_later() {
    all_but_the_chat_goes_on(Fault::Gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_mongodb_hangs_all_but_the_chat_goes_on_and_rooms_open_later() {
    all_but_the_chat_goes_on(Fault::Hangs).await;
}
