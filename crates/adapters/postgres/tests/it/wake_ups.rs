//! Relays and runners on other nodes are woken.

use std::time::Duration;

use application::jobs::testing::{a_job, an_event, now};
use application::jobs::{JobQueue, OutboxFeed};
use goforme_postgres::Postgres;
use kernel::{HasOutbox, Transaction};
use testkit::eventually;
use testkit::postgres::PrivatePostgres;
use tokio::time::timeout;

use crate::fresh::{config, database};

/// Nobody who waits for this looks for themselves, so it has to be the wake-up call.
const SOON: Duration = Duration::from_secs(10);

async fn record_an_event(store: &Postgres) {
    let mut tx = store.transaction().await.unwrap();
    tx.outbox().push(&an_event()).await.unwrap();
    Box::new(tx).commit().await.unwrap();
}

/// The first call returns when somebody has begun to listen: there may be something new by then.
async fn listening(url: &str) -> Postgres {
    let store = Postgres::new(&config(url.to_owned())).unwrap();
    timeout(SOON, OutboxFeed::changed(&store)).await.unwrap();
    timeout(SOON, JobQueue::changed(&store)).await.unwrap();
    store
}

#[tokio::test]
async fn a_relay_on_another_node_is_woken_by_a_commit() {
    let url = database().await;
    let (here, there) = (Postgres::new(&config(url.clone())).unwrap(), listening(&url).await);
    for _ in 0..3 {
        record_an_event(&here).await;
        timeout(SOON, OutboxFeed::changed(&there)).await.unwrap();
    }
}

#[tokio::test]
async fn a_runner_on_another_node_is_woken_by_new_jobs_and_by_those_put_back() {
    let url = database().await;
    let (here, there) = (Postgres::new(&config(url.clone())).unwrap(), listening(&url).await);
    here.enqueue(&[a_job()], now()).await.unwrap();
    timeout(SOON, JobQueue::changed(&there)).await.unwrap();
    here.retry_parked(None, now()).await.unwrap();
    timeout(SOON, JobQueue::changed(&there)).await.unwrap();
}

#[tokio::test]
async fn after_an_outage_somebody_listens_again() {
    let server = PrivatePostgres::start();
    let migrate = async |url| drop(Postgres::new(&config(url)).unwrap().migrate().await);
    let url = server.fresh_database(migrate).await;
    let (here, there) = (Postgres::new(&config(url.clone())).unwrap(), listening(&url).await);
    server.stop();
    server.start_again();

    // Listening anew is a wake-up call by itself, for what was missed.
    timeout(SOON, OutboxFeed::changed(&there)).await.unwrap();
    eventually("the store is back", async || here.ping().await.ok()).await;
    record_an_event(&here).await;
    timeout(SOON, OutboxFeed::changed(&there)).await.unwrap();
}
