//! Members talk over two nodes while connections are cut, nodes are killed and Redis is restarted.

use testkit::Cluster;
use testkit::mongo::searches_by_index;
use tokio::time::sleep;

use crate::chance::{below, millis};
use crate::conversation::{Conversation, Extent};
use crate::outage::Fault;
use crate::size::sized;

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
            sleep(millis(0..=1_500)).await;
            Fault::Hangs.end(&cluster.redis);
            "Redis"
        }
    }
}

/// How many conversations there are, of which extent, and how often something fails in each. In full they are
/// 50 rooms with 100 members and 20,000 messages: at once, where the server can bear that many in a database.
fn extent() -> (usize, Extent, usize) {
    let at_once = Extent { rooms: 50, messages: 200, pause: 400 };
    match sized(false, true) {
        false => (1, Extent::SHORT, 8),
        true if searches_by_index() => (1, at_once, 80),
        true => (40, Extent::SHORT, 8),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_every_member_ends_with_every_message_once_and_in_order() {
    let (conversations, extent, faults) = extent();
    for number in 1..=conversations {
        let mut conversation = Conversation::begin(extent, true).await;
        let mut failed = Vec::new();
        while conversation.goes_on() && failed.len() < faults {
            // Faults come when they come: there is nothing to wait for.
            sleep(millis(100..=3_000)).await;
            failed.push(something_fails(&mut conversation.cluster).await);
        }
        let nodes = failed.iter().filter(|what| **what == "a node").count();
        println!(
            "conversation {number}: nodes were killed {nodes} times, Redis {} times; by then {} % were acknowledged",
            failed.len() - nodes,
            conversation.progress()
        );
        conversation.verify().await;
        assert!(failed.len() > 1, "it was over before anything failed");
    }
}
