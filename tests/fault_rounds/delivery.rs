//! Members talk over two nodes while connections are cut, nodes are killed and Redis is restarted.

use testkit::Cluster;
use tokio::time::sleep;

use crate::chance::{below, millis};
use crate::conversation::Conversation;
use crate::outage::Fault;

/// A node dies and comes back, or Redis does.
async fn something_fails(cluster: &mut Cluster) -> &'static str {
    match below(4) {
        node @ (0 | 1) => {
            cluster.nodes[node].kill9();
            sleep(millis(0..=500)).await;
            cluster.nodes[node].restart().await;
            "a node"
        }
        2 => {
            Fault::Gone.begin(&cluster.redis);
            sleep(millis(0..=1_500)).await;
            Fault::Gone.end(&cluster.redis);
            "Redis"
        }
        _ => {
            Fault::Hangs.begin(&cluster.redis);
            sleep(millis(0..=3_000)).await;
            Fault::Hangs.end(&cluster.redis);
            "Redis"
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_every_member_ends_with_every_message_once_and_in_order() {
    let mut conversation = Conversation::begin(true).await;
    let mut failed = Vec::new();
    while conversation.goes_on() {
        // Faults come when they come: there is nothing to wait for.
        sleep(millis(100..=1_500)).await;
        failed.push(something_fails(&mut conversation.cluster).await);
        println!("{} % were acknowledged", conversation.progress());
    }
    conversation.verify().await;
    let nodes = failed.iter().filter(|what| **what == "a node").count();
    println!("nodes were killed {nodes} times, Redis {} times", failed.len() - nodes);
    assert!(failed.len() > 1, "it was over before anything failed");
}
