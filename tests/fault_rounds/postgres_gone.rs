//! PostgreSQL goes away: next to nothing works, which is said in time, and all works again without a restart.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::json;
use testkit::story::Stopped;
use testkit::{Guest, TestApp, User};
use tokio::time::sleep;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::chance::millis;
use crate::outage::{self, Fault, a_busy_cluster, all_catches_up, answers_again, play_for, readiness, timed};

/// A connection is waited for 5 s, a statement 11 s; and some for a machine that compiles at the same time.
const SAID_IN_TIME: Duration = Duration::from_secs(5 + 11 + 2);

/// Everything that needs the store says that it's not there, each time, until the time is over.
async fn everything_is_unavailable(app: &TestApp, user: &User) -> Duration {
    let until = Instant::now() + outage::duration();
    let (nothing, plan) = (json!({}), testkit::trips::a_plan());
    let mut slowest = Duration::ZERO;
    while Instant::now() < until {
        let answers = tokio::join!(
            timed(app, Method::GET, "/users/me", user, &nothing),
            timed(app, Method::POST, "/plans", user, &plan),
            timed(app, Method::GET, "/users/makers?keyword=nobody", &Guest, &nothing),
        );
        for (at, (status, took, code)) in <[_; 3]>::from(answers).into_iter().enumerate() {
            assert_eq!(status, 503, "request {at}: {code}");
            slowest = slowest.max(took);
        }
    }
    slowest
}

/// The code that a WebSocket is closed with.
async fn socket_is_closed_with(app: &TestApp, user: &User) -> u16 {
    let (mut socket, _) = connect_async(app.ws_url("/ws")).await.unwrap();
    let hello = json!({ "op": "hello", "token": user.token });
    socket.send(Message::text(hello.to_string())).await.unwrap();
    match socket.next().await {
        Some(Ok(Message::Close(Some(reason)))) => reason.code.into(),
        other => panic!("not closed: {other:?}"),
    }
}

async fn an_outage_is_said_and_survived(fault: Fault) {
    let (cluster, mut stories) = a_busy_cluster().await;
    let app = &cluster.nodes[0];
    let user = app.sign_up_dreamer().await;
    let pids = cluster.nodes.iter().map(TestApp::pid).collect::<Vec<_>>();
    let begin = async {
        // In the middle of whatever they are at: there is nothing to wait for.
        sleep(millis(100..=600)).await;
        fault.begin(&cluster.postgres);
    };
    let plays =
        stories.iter_mut().enumerate().map(|(at, story)| story.play_while(&cluster.nodes[at % 2], || true));
    let (ended, ()) = tokio::join!(join_all(plays), begin);
    assert!(ended.iter().all(|ended| *ended == Err(Stopped::Unavailable)), "{ended:?}");
    let slowest = everything_is_unavailable(app, &user).await;
    println!("without PostgreSQL the slowest answer took {slowest:?}");
    assert!(slowest < SAID_IN_TIME, "{slowest:?}");
    assert_eq!(readiness(app).await, (503, json!({ "postgres": false, "mongo": true, "redis": true })));
    app.get("/health/live", &Guest).await.expect(200);
    // Not that its token is bad: it's to come back with it.
    assert_eq!(socket_is_closed_with(app, &user).await, 1012);
    fault.end(&cluster.postgres);
    let back = Instant::now();
    for node in &cluster.nodes {
        answers_again(node, "/health/ready", &Guest, 200).await;
        answers_again(node, "/users/me", &user, 200).await;
    }
    println!("all worked again after {:?}", back.elapsed());
    all_catches_up(&cluster, &mut stories).await;
    play_for(&cluster, &mut stories, Duration::from_secs(1)).await;
    all_catches_up(&cluster, &mut stories).await;
    assert_eq!(cluster.nodes.iter().map(TestApp::pid).collect::<Vec<_>>(), pids, "nobody was restarted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_gone_it_is_said_and_afterwards_all_goes_on() {
    an_outage_is_said_and_survived(Fault::Gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_hangs_it_is_said_in_time_and_afterwards_all_goes_on() {
    an_outage_is_said_and_survived(Fault::Hangs).await;
}
