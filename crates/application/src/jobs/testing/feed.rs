//! What an outbox promises the relay.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{Begin, Envelope, EventId, HasOutbox, Timestamp, UserId};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{LEASE, MOMENT, an_event, an_event_of, ids, now};
use crate::jobs::port::OutboxFeed;

kernel::bundle! {
    /// What the contract needs from a transaction.
    pub trait FeedContractTx: HasOutbox;
}

/// The outbox under test, empty, from both its ends.
#[derive(Clone)]
pub struct FeedStores {
    /// Where events are recorded.
    pub transactions: Arc<dyn Begin<dyn FeedContractTx>>,
    /// Where they come out.
    pub feed: Arc<dyn OutboxFeed>,
}

impl FeedStores {
    async fn record(&self, events: &[Envelope]) {
        let mut tx = self.transactions.begin().await.unwrap();
        for event in events {
            tx.outbox().push(event).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn lease(&self, limit: i64, at: Timestamp) -> Vec<Envelope> {
        self.feed.lease(limit, at, LEASE).await.unwrap()
    }

    async fn deliver(&self, events: &[Envelope]) {
        let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
        self.feed.delivered(&ids).await.unwrap();
    }
}

pub async fn events_come_as_they_were_recorded_and_in_that_order(stores: FeedStores) {
    let events = [an_event(), an_event(), an_event(), an_event()];
    stores.record(&events[..3]).await;
    stores.record(&events[3..]).await;
    assert_eq!(stores.lease(100, now()).await, events);
}

pub async fn no_more_events_come_than_were_asked_for(stores: FeedStores) {
    let events = [an_event(), an_event(), an_event()];
    stores.record(&events).await;
    assert_eq!(stores.lease(2, now()).await, events[..2]);
    assert_eq!(stores.lease(2, now()).await, events[2..]);
    assert_eq!(stores.lease(2, now()).await, []);
}

pub async fn events_of_a_transaction_that_did_not_commit_never_come(stores: FeedStores) {
    let mut rolled_back = stores.transactions.begin().await.unwrap();
    rolled_back.outbox().push(&an_event()).await.unwrap();
    rolled_back.rollback().await.unwrap();
    let mut dropped = stores.transactions.begin().await.unwrap();
    dropped.outbox().push(&an_event()).await.unwrap();
    drop(dropped);

    let committed = [an_event()];
    stores.record(&committed).await;
    assert_eq!(stores.lease(100, now()).await, committed);
    assert_eq!(stores.feed.pending().await.unwrap(), 1);
}

pub async fn an_event_is_held_for_its_lease_and_comes_again_until_it_is_delivered(stores: FeedStores) {
    let events = [an_event()];
    stores.record(&events).await;
    let mut at = now();
    for _ in 0..3 {
        assert_eq!(stores.lease(100, at).await, events);
        assert_eq!(stores.lease(100, at).await, []);
        assert_eq!(stores.lease(100, at + LEASE - MOMENT).await, []);
        at = at + LEASE + MOMENT;
    }
    assert_eq!(stores.lease(100, at).await, events);
    stores.deliver(&events).await;
    assert_eq!(stores.lease(100, at + LEASE + MOMENT).await, []);
}

pub async fn delivered_events_are_forgotten_and_the_others_wait(stores: FeedStores) {
    assert_eq!(stores.feed.pending().await.unwrap(), 0);
    let events = [an_event(), an_event(), an_event()];
    stores.record(&events).await;
    assert_eq!(stores.feed.pending().await.unwrap(), 3);
    assert_eq!(stores.lease(100, now()).await, events);
    assert_eq!(stores.feed.pending().await.unwrap(), 3);
    for _ in 0..2 {
        stores.deliver(&[events[0].clone(), events[2].clone(), an_event()]).await;
        assert_eq!(stores.feed.pending().await.unwrap(), 1);
    }
    stores.deliver(&[]).await;
    assert_eq!(stores.lease(100, now() + LEASE + MOMENT).await, events[1..2]);
}

pub async fn an_event_waits_while_an_earlier_one_of_its_aggregate_is_held(stores: FeedStores) {
    let maker = ids().next();
    let events = [an_event_of(maker), an_event_of(maker), an_event()];
    stores.record(&events).await;
    assert_eq!(stores.lease(1, now()).await, events[..1]);
    let later = [an_event_of(maker)];
    stores.record(&later).await;

    assert_eq!(stores.lease(100, now()).await, events[2..]);
    stores.deliver(&events[..1]).await;
    assert_eq!(stores.lease(100, now()).await, [events[1].clone(), later[0].clone()]);
}

pub async fn what_a_dead_relay_held_comes_before_what_waited_for_it(stores: FeedStores) {
    let maker = ids().next();
    let events = [an_event_of(maker), an_event_of(maker), an_event_of(maker)];
    stores.record(&events).await;
    assert_eq!(stores.lease(2, now()).await, events[..2]);
    assert_eq!(stores.lease(100, now() + LEASE - MOMENT).await, []);
    assert_eq!(stores.lease(100, now() + LEASE + MOMENT).await, events);
}

pub async fn relays_side_by_side_share_the_events_and_keep_each_aggregates_order(stores: FeedStores) {
    let makers: Vec<UserId> = (0..5).map(|_| ids().next()).collect();
    let events: Vec<Envelope> =
        (0..12).flat_map(|_| makers.iter().map(|maker| an_event_of(*maker))).collect();
    stores.record(&events).await;

    let come = Arc::new(Mutex::new(Vec::new()));
    let mut relays = JoinSet::new();
    for _ in 0..4 {
        relays.spawn(relay_all(stores.clone(), Arc::clone(&come)));
    }
    relays.join_all().await;
    assert_eq!(by_aggregate(&come.lock().await), by_aggregate(&events));
}

async fn relay_all(stores: FeedStores, come: Arc<Mutex<Vec<Envelope>>>) {
    while stores.feed.pending().await.unwrap() > 0 {
        let leased = stores.lease(7, now()).await;
        come.lock().await.extend(leased.iter().cloned());
        stores.deliver(&leased).await;
    }
}

fn by_aggregate(events: &[Envelope]) -> HashMap<Uuid, Vec<EventId>> {
    let mut by_aggregate: HashMap<Uuid, Vec<EventId>> = HashMap::new();
    for event in events {
        by_aggregate.entry(event.event.aggregate()).or_default().push(event.id);
    }
    by_aggregate
}

/// Turns each case of the contract into a test of its own, against a future of
/// [`FeedStores`](crate::jobs::testing::FeedStores).
#[macro_export]
macro_rules! outbox_feed_contract {
    ($fresh_stores:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::jobs::testing::$case($fresh_stores.await).await; })*
    };
    ($fresh_stores:expr) => {
        $crate::outbox_feed_contract!($fresh_stores;
            events_come_as_they_were_recorded_and_in_that_order,
            no_more_events_come_than_were_asked_for,
            events_of_a_transaction_that_did_not_commit_never_come,
            an_event_is_held_for_its_lease_and_comes_again_until_it_is_delivered,
            delivered_events_are_forgotten_and_the_others_wait,
            an_event_waits_while_an_earlier_one_of_its_aggregate_is_held,
            what_a_dead_relay_held_comes_before_what_waited_for_it,
            relays_side_by_side_share_the_events_and_keep_each_aggregates_order,
        );
    };
}
