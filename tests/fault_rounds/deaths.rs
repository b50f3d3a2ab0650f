//! Nodes and workers are killed in the middle of traffic while others of their kind go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use testkit::operator::{drained, ledger_is_clean, statistics_are_right};
use testkit::story::{Stopped, Story};
use testkit::{Cluster, Node, TestApp};
use tokio::time::sleep;

use crate::GOFORME;
use crate::chance::millis;
use crate::size::sized;

/// What a killed process had claimed is taken over within that, and some for a machine that compiles at
/// the same time.
const TAKE_OVER: Duration = Duration::from_secs(5 + 3);

/// One process of each kind that dies in this round, and the node that doesn't.
struct Round<'a> {
    node: &'a TestApp,
    worker: &'a Node,
    survivor: &'a TestApp,
}

impl Round<'_> {
    /// The first half of the stories plays on the node that dies, the others end when both are dead.
    async fn play(&self, stories: &mut [Story]) {
        let both_dead = AtomicBool::default();
        let alive = || !both_dead.load(Ordering::Relaxed);
        let (on_node, on_survivor) = stories.split_at_mut(stories.len() / 2);
        let killings = async {
            tokio::join!(
                kill_after(millis(30..=900), self.node.pid()),
                kill_after(millis(30..=900), self.worker.pid())
            );
            both_dead.store(true, Ordering::Relaxed);
        };
        let (_, ended, ()) = tokio::join!(
            join_all(on_node.iter_mut().map(|story| story.play(self.node))),
            join_all(on_survivor.iter_mut().map(|story| story.play_while(self.survivor, alive))),
            killings,
        );
        assert!(ended.iter().all(|ended| *ended == Ok::<(), Stopped>(())), "{ended:?}");
    }
}

async fn kill_after(while_: Duration, pid: u32) {
    // The moment has to be an arbitrary one: there is nothing to wait for.
    sleep(while_).await;
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(killed.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_node_or_worker_was_at_is_finished_by_others_exactly_once() {
    let mut cluster = Cluster::builder(GOFORME)
        .nodes(2)
        .workers(2)
        .env("CHAT_MESSAGE_LIMIT", "100000")
        .env("ACCESS_TOKEN_TTL", "1y")
        .start()
        .await;
    let mut stories = join_all((0..4).map(|at| Story::begin(&cluster.nodes[at % 2]))).await;
    for round in 0..sized(3, 20) {
        let (dies, stays) = (round % 2, 1 - round % 2);
        let (node, survivor) = (&cluster.nodes[dies], &cluster.nodes[stays]);
        Round { node, worker: &cluster.workers[dies], survivor }.play(&mut stories).await;
        let dead = Instant::now();
        // The others take over before the dead are back.
        drained(&cluster.nodes[stays]).await;
        let took = dead.elapsed();
        println!("round {}: all was done {took:?} after the last death", round + 1);
        assert!(took < TAKE_OVER, "{took:?}");
        cluster.nodes[dies].restart().await;
        cluster.workers[dies].restart().await;
        for app in &cluster.nodes {
            ledger_is_clean(app).await;
        }
        statistics_are_right(&cluster.nodes[stays]).await;
        // What one node has done is seen on the other.
        join_all(stories.iter_mut().map(|story| story.verify(&cluster.nodes[dies]))).await;
        assert!(!cluster.log().contains(" ERROR "), "{}", cluster.log());
    }
    join_all(stories.iter().map(|story| story.verify_all_messages(&cluster.nodes[0]))).await;
    let confirmed: usize = stories.iter().map(Story::confirmed).sum();
    println!("{confirmed} plans were confirmed");
    assert!(confirmed > 0, "nothing happened before anybody died");
    assert_eq!(cluster.sql("SELECT count(*) FROM outbox").await, "0");
}
