//! The server is killed in the middle of everything, again and again: what it had answered is there
//! afterwards, what was to follow follows, and the books are right.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::ops::RangeInclusive;
use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use testkit::people::{PASSWORD, dreamer_profile};
use testkit::{Guest, TestApp};
use tokio::time::sleep;

use crate::GOFORME;
use testkit::operator::{drained, ledger_is_clean, statistics_are_right};
use testkit::story::{Stopped, Story, ask};

/// Longer than a killed process may keep to itself what it had taken to do.
const TAKE_OVER: Duration = Duration::from_secs(5);

/// How often the server dies, unless `CRASH_ROUNDS` says otherwise.
const ROUNDS: u64 = 20;

fn rounds() -> u64 {
    env::var("CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("CRASH_ROUNDS is a number"))
}

/// Some milliseconds within the range, different ones each time.
fn some(millis: RangeInclusive<u64>) -> Duration {
    let (from, to) = millis.into_inner();
    Duration::from_millis(from + RandomState::new().hash_one(()) % (to - from + 1))
}

/// Kills the server after a while, whatever it is at.
async fn kill_after(app: &TestApp, while_: Duration) {
    // The moment has to be an arbitrary one: there is nothing to wait for.
    sleep(while_).await;
    let killed = Command::new("kill").arg("-9").args(app.pids().iter().map(u32::to_string)).status().unwrap();
    assert!(killed.success());
}

/// People who join until the server is gone; remembers the addresses of those who were told that they have.
async fn join_in(app: &TestApp, round: u64, joined: &mut Vec<String>) {
    for number in 0.. {
        let name = format!("newcomer-{round}-{number}");
        let email = format!("{name}@example.com");
        let user = json!({
            "role": "DREAMER", "nickName": name, "email": email, "password": PASSWORD, "phoneNumber": "010",
        });
        let body = json!({ "user": user, "profile": dreamer_profile() });
        let answer = match ask(app, "POST", "/auth/signup", &Guest, &body).await {
            Ok(answer) => answer,
            Err(stopped) => return assert_eq!(stopped, Stopped::Gone),
        };
        assert_eq!(answer.status, 201, "{}", answer.json);
        joined.push(email);
    }
}

async fn are_there(app: &TestApp, joined: &[String]) {
    for email in joined {
        let free = app.post("/auth/check/email", &Guest, json!({ "email": email })).await.expect(200);
        assert_eq!(free.text, "false", "{email} is gone");
    }
    if let Some(last) = joined.last() {
        app.log_in(last, PASSWORD).await;
    }
}

/// Everybody is at it, and the server dies.
async fn run_into_the_wall(app: &TestApp, round: u64, stories: &mut [Story], joined: &mut Vec<String>) {
    let window = some(30..=600);
    println!("round {round}: killed after {window:?}");
    tokio::join!(
        join_all(stories.iter_mut().map(|story| story.play(app))),
        join_in(app, round, joined),
        kill_after(app, window),
    );
}

#[tokio::test]
async fn nothing_that_was_answered_is_lost_however_often_the_process_dies() {
    let mut app = TestApp::builder(GOFORME)
        .env("CHAT_MESSAGE_LIMIT", "100000")
        .env("ACCESS_TOKEN_TTL", "1y")
        .start()
        .await;
    let mut stories = join_all((0..3).map(|_| Story::begin(&app))).await;
    let mut joined = Vec::new();
    for round in 1..=rounds() {
        run_into_the_wall(&app, round, &mut stories, &mut joined).await;
        app.restart().await;
        if round % 5 == 0 {
            // It may also die while it makes up for its last death.
            kill_after(&app, some(0..=100)).await;
            app.restart().await;
        }
        if round % 4 != 0 {
            app.advance_clock(TAKE_OVER).await;
        }
        drained(&app).await;
        ledger_is_clean(&app).await;
        statistics_are_right(&app).await;
        are_there(&app, &joined).await;
        join_all(stories.iter_mut().map(|story| story.verify(&app))).await;
        assert!(!app.log().contains(" ERROR "), "{}", app.log());
    }
    join_all(stories.iter_mut().map(|story| story.verify_all_messages(&app))).await;
    let confirmed: usize = stories.iter().map(Story::confirmed).sum();
    println!("{confirmed} plans were confirmed, {} people joined", joined.len());
    assert!(confirmed > 0 && !joined.is_empty(), "nothing happened before the server died");
}
