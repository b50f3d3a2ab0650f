//! A new version is rolled out: the nodes are stopped and started one after the other, under load.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;

use crate::chance::below;
use crate::conversation::Conversation;
use crate::member::End;
use crate::size::sized;

/// How long what is under way may take to be finished: ten seconds, and some for a busy machine.
const DRAINED: Duration = Duration::from_secs(10 + 2);

/// What a load balancer sees that tries the other node when one doesn't let it in, until `over`; answers
/// how many requests were answered.
async fn keep_asking(nodes: &[String], over: &AtomicBool) -> usize {
    // A connection for each, so that none is used that the node is about to close.
    let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let mut answered = 0;
    while !over.load(Ordering::Relaxed) {
        let first = below(nodes.len());
        let ask = |node: usize| client.get(format!("{}/users/makers", nodes[node % nodes.len()])).send();
        let answer = match ask(first).await {
            Err(error) if error.is_connect() => ask(first + 1).await,
            answer => answer,
        };
        let answer = answer.unwrap_or_else(|error| panic!("after {answered} answers: {error:?}"));
        assert_eq!(answer.status().as_u16(), 200);
        answer.bytes().await.expect("an answer that is whole");
        answered += 1;
    }
    answered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_loses_nothing() {
    let mut conversation = Conversation::begin(false).await;
    let (nodes, over) = (conversation.scene.nodes.clone(), AtomicBool::default());
    let roll = async {
        for _ in 0..sized(1, 5) {
            for node in &mut conversation.cluster.nodes {
                let began = Instant::now();
                assert!(node.stop().await.success());
                assert!(began.elapsed() < DRAINED, "{:?}", began.elapsed());
                node.restart().await;
            }
        }
        over.store(true, Ordering::Relaxed);
    };
    let (answered, ()) = tokio::join!(keep_asking(&nodes, &over), roll);
    println!("{answered} requests were answered; {} % was said by then", conversation.progress());
    assert!(answered > 0 && conversation.goes_on(), "it was over before the nodes were");
    assert!(!conversation.cluster.log().contains(" ERROR "), "{}", conversation.cluster.log());
    let ends = conversation.verify().await;
    // They are told to come back, and come back.
    let orderly = [End::Done, End::Refused, End::Closed(1012)];
    assert!(ends.keys().all(|end| orderly.contains(end)), "{}", json!(format!("{ends:?}")));
}
