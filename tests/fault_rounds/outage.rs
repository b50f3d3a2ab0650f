//! A server that is gone, or hangs, for a while.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::operator::{drained_within, ledger_is_clean, statistics_are_right};
use testkit::story::Story;
use testkit::{Caller, Cluster, Guest, TestApp, within};
use tokio::task::block_in_place;

use crate::GOFORME;
use crate::size::sized;

/// How a server fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It's gone: connections break and are refused.
    Gone,
    /// It hangs: it keeps its connections, accepts more, and answers nothing.
    Hangs,
}

/// A server that can fail.
pub trait Failing {
    fn stop(&self);
    fn start_again(&self);
    fn pause(&self);
    fn resume(&self);
}

macro_rules! failing {
    ($($server:ty),*) => {
        $(impl Failing for $server {
            fn stop(&self) { <$server>::stop(self); }
            fn start_again(&self) { <$server>::start_again(self); }
            fn pause(&self) { <$server>::pause(self); }
            fn resume(&self) { <$server>::resume(self); }
        })*
    };
}
failing!(testkit::postgres::PrivatePostgres, testkit::mongo::PrivateMongo, testkit::redis::PrivateRedis);

impl Fault {
    /// The server fails.
    pub fn begin(self, server: &impl Failing) {
        println!("the server: {self:?}");
        block_in_place(|| match self {
            Self::Gone => server.stop(),
            Self::Hangs => server.pause(),
        });
    }

    /// It works again.
    pub fn end(self, server: &impl Failing) {
        block_in_place(|| match self {
            Self::Gone => server.start_again(),
            Self::Hangs => server.resume(),
        });
        println!("the server is back");
    }
}

/// How long a server is away.
pub fn duration() -> Duration {
    Duration::from_secs(sized(3, 10))
}

/// Two nodes and a worker with stories on either, which have played for a moment.
pub async fn a_busy_cluster() -> (Cluster, Vec<Story>) {
    let cluster = Cluster::builder(GOFORME).nodes(2).env("CHAT_MESSAGE_LIMIT", "100000").start().await;
    let mut stories = join_all((0..4).map(|at| Story::begin(&cluster.nodes[at % 2]))).await;
    play_for(&cluster, &mut stories, Duration::from_secs(1)).await;
    (cluster, stories)
}

/// All stories go on for a while, each on its node, and nothing stops them.
pub async fn play_for(cluster: &Cluster, stories: &mut [Story], while_: Duration) {
    let until = Instant::now() + while_;
    let plays = stories.iter_mut().enumerate().map(|(at, story)| {
        let node = &cluster.nodes[at % cluster.nodes.len()];
        story.play_while(node, move || Instant::now() < until)
    });
    let ended = join_all(plays).await;
    assert!(ended.iter().all(Result::is_ok), "{ended:?}");
}

/// What was to follow follows, once, and the books are right; answers how long it took to follow.
pub async fn all_catches_up(cluster: &Cluster, stories: &mut [Story]) -> Duration {
    let began = Instant::now();
    let app = &cluster.nodes[0];
    drained_within(app, Duration::from_mins(1)).await;
    let took = began.elapsed();
    ledger_is_clean(app).await;
    statistics_are_right(app).await;
    join_all(stories.iter_mut().map(|story| story.verify(&cluster.nodes[1]))).await;
    let given_up = app.run(&["jobs", "list", "--failed"]).await;
    assert!(given_up.stdout.is_empty(), "{}", String::from_utf8_lossy(&given_up.stdout));
    took
}

/// Asks until the status is `expected`.
pub async fn answers_again(app: &TestApp, path: &str, by: &(impl Caller + ?Sized), expected: u16) {
    let what = format!("{path} answers {expected}");
    within(Duration::from_secs(30), &what, || async {
        let answer = app.get(path, by).await;
        (answer.status == expected).then_some(())
    })
    .await;
}

/// What readiness says of each dependency: whether it is up.
pub async fn readiness(app: &TestApp) -> (u16, Value) {
    let answer = app.get("/health/ready", &Guest).await;
    let each = answer["dependencies"].as_object().expect("each by its name").iter();
    let up = each.map(|(name, one)| (name.clone(), json!(one["status"] == "up"))).collect();
    (answer.status, Value::Object(up))
}

/// The status, how long it took, and the answer's code.
pub async fn timed(
    app: &TestApp,
    method: Method,
    path: &str,
    by: &(impl Caller + ?Sized),
    body: &Value,
) -> (u16, Duration, Value) {
    let began = Instant::now();
    let answer = app.send(app.request(method, path, by).json(body)).await;
    (answer.status, began.elapsed(), answer["code"].clone())
}
