//! Members talk over two nodes while connections are cut, nodes are killed and Redis is restarted.

use std::ops::RangeInclusive;

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

/// How much is said, and how much fails meanwhile.
struct Storm {
    /// One after the other, each on a cluster of its own.
    conversations: usize,
    extent: Extent,
    /// How long a connection works at most before it's cut, in milliseconds.
    tunnel: usize,
    /// How often something fails in each.
    faults: usize,
    /// How long all is well in between, in milliseconds.
    calm: RangeInclusive<usize>,
}

/// In full there are 50 rooms with 100 members and 20,000 messages: at once, where the document store can bear that
/// many, else in conversations one after the other.
fn storm() -> Storm {
    let short =
        Storm { conversations: 1, extent: Extent::SHORT, tunnel: 6_000, faults: 8, calm: 100..=3_000 };
    let at_once = Extent { rooms: 50, messages: 200, pause: 400 };
    match sized(false, true) {
        false => short,
        true if searches_by_index() => {
            Storm { conversations: 1, extent: at_once, tunnel: 30_000, faults: 80, calm: 1_000..=15_000 }
        }
        true => Storm { conversations: 40, ..short },
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_every_member_ends_with_every_message_once_and_in_order() {
    let Storm { conversations, extent, tunnel, faults, calm } = storm();
    for number in 1..=conversations {
        let mut conversation = Conversation::begin(extent, Some(tunnel)).await;
        let mut failed = Vec::new();
        while conversation.goes_on() && failed.len() < faults {
            // Faults come when they come: there is nothing to wait for.
            sleep(millis(calm.clone())).await;
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
