//! The contract of the bus as a suite that runs on every adapter: `application::bus_contract!(two_nodes());`,
//! with tokio at hand.

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chat::testing::{a_new_message, a_room, a_stored_message, a_text};
use chat::{MessageContent, NewMessage};
use chrono::TimeDelta;
use kernel::testing::CountingIds;
use kernel::{IdGenerator, SessionId};
use notification::Notification;
use notification::testing::{a_new_notification, a_payload_of_each_event, now};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::time::timeout;

use super::{Bus, Origin, Signal};

/// The bus under test as two nodes have it, each of which hears the other.
pub struct Nodes {
    /// A node.
    pub one: Arc<dyn Bus>,
    /// Another; where there is one node only, the same.
    pub other: Arc<dyn Bus>,
}

/// Far longer than any of this takes: who hears nothing fails instead of waiting for ever.
const PATIENCE: Duration = Duration::from_secs(30);

fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// A signal that no other is.
fn a_signal() -> Signal {
    Signal::SessionsEnded { sessions: vec![ids().next::<SessionId>()] }
}

async fn next(listener: &mut Receiver<Arc<Signal>>) -> Signal {
    (*timeout(PATIENCE, listener.recv()).await.unwrap().unwrap()).clone()
}

/// One signal of each kind, and of each form that it can have.
fn signals_of_every_kind() -> Vec<Signal> {
    let room = a_room();
    let (members, [user, peer]) = (room.members(), room.members());
    let mut closed = room.clone();
    closed.deactivate(now() + TimeDelta::milliseconds(7));
    let contents = [
        a_text(&"코🥥'\"\\%_\n$.".repeat(500)),
        MessageContent::Image("chat/room/message.jpg".try_into().unwrap()),
        MessageContent::Video("chat/room/message.mp4".try_into().unwrap()),
    ];
    let mut signals: Vec<Signal> = (1..)
        .zip(contents)
        .map(|(seq, content)| {
            let client_message_id = Some(ids().next_uuid());
            let new = NewMessage { content, client_message_id, ..a_new_message(&room) };
            Signal::MessageStored { message: a_stored_message(new, seq), members, origin: Origin::Http }
        })
        .collect();
    let deleted = a_stored_message(a_new_message(&room), 4).deleted(now());
    let origin = Origin::Connection(ids().next_uuid());
    signals.extend([
        Signal::MessageDeleted { room: room.id(), message: deleted.id(), seq: 4, members },
        Signal::MessageStored { message: deleted, members, origin },
        Signal::RoomChanged { room: room.clone() },
        Signal::RoomChanged { room: closed },
        Signal::Read { room: room.id(), user, seq: 4, members },
        Signal::Typing { room: room.id(), user, members },
        Signal::Presence { user, online: true, peers: vec![peer] },
        Signal::Presence { user, online: false, peers: Vec::new() },
        Signal::SessionsEnded { sessions: vec![ids().next(), ids().next()] },
        Signal::Evicted { connections: vec![ids().next_uuid(), ids().next_uuid()] },
    ]);
    signals.extend(a_payload_of_each_event().into_iter().map(|payload| {
        let new = notification::NewNotification { payload, ..a_new_notification(user) };
        let mut notification = Notification::new(new, now());
        notification.mark_read(now() + TimeDelta::milliseconds(7));
        Signal::Notified { notification }
    }));
    signals
}

/// On its own node and on the other, once each, in the order of publishing.
pub async fn everybody_hears_everything_once_and_in_order(nodes: Nodes) {
    let mut listeners = [nodes.one.subscribe(), nodes.one.subscribe(), nodes.other.subscribe()];
    let signals: Vec<Signal> = (0..100).map(|_| a_signal()).collect();
    for signal in &signals {
        nodes.one.publish(signal.clone()).await;
    }
    for listener in &mut listeners {
        for signal in &signals {
            assert_eq!(next(listener).await, *signal);
        }
    }
    // Whatever would come twice would come before this.
    let last = a_signal();
    nodes.one.publish(last.clone()).await;
    for listener in &mut listeners {
        assert_eq!(next(listener).await, last);
    }
}

/// With all that it says, whatever that is.
pub async fn every_kind_of_signal_arrives_as_it_was(nodes: Nodes) {
    let mut listener = nodes.other.subscribe();
    for signal in signals_of_every_kind() {
        nodes.one.publish(signal.clone()).await;
        assert_eq!(next(&mut listener).await, signal);
    }
}

/// On its own node at once.
pub async fn a_listener_hears_what_is_published_after_it_came(nodes: Nodes) {
    nodes.one.publish(a_signal()).await;
    let mut listener = nodes.one.subscribe();
    assert_eq!(listener.try_recv(), Err(TryRecvError::Empty));
    let signal = a_signal();
    nodes.one.publish(signal.clone()).await;
    assert_eq!(listener.try_recv().unwrap(), Arc::new(signal));
}

/// A listener that does nothing holds nobody up.
pub async fn publishing_waits_for_no_listener(nodes: Nodes) {
    let _idle = nodes.other.subscribe();
    let all = async {
        for _ in 0..20_000 {
            nodes.one.publish(a_signal()).await;
        }
    };
    timeout(PATIENCE, all).await.unwrap();
}

/// Turns each case of the contract into a test of its own, against a future of fresh
/// [`Nodes`](crate::bus::testing::Nodes).
#[macro_export]
macro_rules! bus_contract {
    ($fresh_nodes:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::bus::testing::$case($fresh_nodes.await).await; })*
    };
    ($fresh_nodes:expr) => {
        $crate::bus_contract!($fresh_nodes;
            everybody_hears_everything_once_and_in_order,
            every_kind_of_signal_arrives_as_it_was,
            a_listener_hears_what_is_published_after_it_came,
            publishing_waits_for_no_listener,
        );
    };
}
