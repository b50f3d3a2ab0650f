//! A new version is rolled out: the nodes are stopped and started one after the other, under load.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;

use crate::chance::below;
use crate::conversation::{Conversation, Extent};
use crate::member::End;
use crate::size::sized;

/// How long what is under way may take to be finished: ten seconds, and some for a busy machine.
const DRAINED: Duration = Duration::from_secs(10 + 2);

/// Asks as a load balancer does, which tries the other node when it gets no answer from one, until `over`;
/// answers how many requests were answered, and how many of them by the second node that was tried.
async fn keep_asking(nodes: &[String], over: &AtomicBool) -> (usize, usize) {
    // A connection for each, so that none is used that the node is about to close.
    let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let (mut answered, mut second) = (0, 0);
    while !over.load(Ordering::Relaxed) {
        let first = below(nodes.len());
        let ask = |node: usize| client.get(format!("{}/users/makers", nodes[node % nodes.len()])).send();
        let mut answer = ask(first).await;
        if answer.is_err() {
            answer = ask(first + 1).await;
            second += 1;
        }
        let answer = answer.unwrap_or_else(|error| panic!("after {answered} answers: {error:?}"));
        assert_eq!(answer.status().as_u16(), 200);
        answer.bytes().await.expect("an answer that is whole");
        answered += 1;
    }
    (answered, second)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_loses_nothing() {
    let mut conversation = Conversation::begin(Extent::SHORT, None).await;
    let (nodes, over) = (conversation.scene.nodes.clone(), AtomicBool::default());
    let roll = async {
        for _ in 0..sized(1, 3) {
            for node in &mut conversation.cluster.nodes {
                let began = Instant::now();
                assert!(node.stop().await.success());
                assert!(began.elapsed() < DRAINED, "{:?}", began.elapsed());
                node.restart().await;
            }
        }
        over.store(true, Ordering::Relaxed);
    };
    let ((answered, second), ()) = tokio::join!(keep_asking(&nodes, &over), roll);
    println!("{answered} requests were answered, {second} of them by the second node that was asked");
    println!("{} % was said by then", conversation.progress());
    assert!(answered > 0 && conversation.goes_on(), "it was over before the nodes were");
    let log = conversation.cluster.log();
    // What comes in while the doors close is turned away, and who still asks the document store while the process
    // ends may find its pool gone: the libraries say so, loudly.
    let at_the_end = |line: &str| line.ends_with("No workers") || line.contains("/mongodb-");
    let mut errors = log.lines().filter(|line| line.contains(" ERROR ") && !at_the_end(line));
    assert_eq!(errors.next(), None);
    let ends = conversation.verify().await;
    // They are told to come back, and come back.
    let orderly = [End::Done, End::Refused, End::Closed(1012)];
    assert!(ends.keys().all(|end| orderly.contains(end)), "{ends:?}");
}
