//! The relay and the runner hear of new work at once.

use std::sync::Arc;
use std::time::Duration;

use application::jobs::testing::{FeedContractTx, a_job, an_event, now};
use application::jobs::{JobFilter, JobQueue, OutboxFeed};
use kernel::Begin;
use tokio::time::timeout;

use crate::fresh::in_memory;

/// Far longer than any of this takes: who is not woken fails instead of waiting for ever.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_commit_with_events_wakes_the_relay() {
    let store = in_memory();
    let feed: Arc<dyn OutboxFeed> = Arc::new(store.clone());
    let relay = tokio::spawn(async move { feed.changed().await });
    let mut tx = Begin::<dyn FeedContractTx>::begin(&store).await.unwrap();
    tx.outbox().push(&an_event()).await.unwrap();
    tx.commit().await.unwrap();
    timeout(PATIENCE, relay).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_came_while_the_relay_was_busy_wakes_it_later() {
    let store = in_memory();
    let mut tx = Begin::<dyn FeedContractTx>::begin(&store).await.unwrap();
    tx.outbox().push(&an_event()).await.unwrap();
    tx.commit().await.unwrap();
    timeout(PATIENCE, OutboxFeed::changed(&store)).await.unwrap();
}

#[tokio::test]
async fn new_jobs_wake_the_runner_on_every_clone_of_the_store() {
    let (store, other) = (in_memory(), in_memory());
    let queue: Arc<dyn JobQueue> = Arc::new(store.clone());
    let runner = tokio::spawn(async move { queue.changed().await });
    other.enqueue(&[a_job()], now()).await.unwrap();
    store.enqueue(&[a_job()], now()).await.unwrap();
    timeout(PATIENCE, runner).await.unwrap().unwrap();
    assert_eq!(store.list(JobFilter::All, 10).await.unwrap().len(), 1);
}
