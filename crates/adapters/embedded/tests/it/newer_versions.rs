//! What a newer version has stored, and this one can't read, waits for that version and stops nothing.

use application::jobs::testing::{FeedContractTx, a_job, an_event, now};
use application::jobs::{JobFilter, JobQueue, OutboxFeed};
use chrono::TimeDelta;
use kernel::Begin;
use tempfile::tempdir;

use crate::fresh::{on_disk, raw};

const LEASE: TimeDelta = TimeDelta::seconds(4);

#[tokio::test]
async fn an_event_of_a_newer_version_waits_and_the_others_come() {
    let folder = tempdir().unwrap();
    let store = on_disk(folder.path());
    raw(folder.path())
        .execute_batch("INSERT INTO outbox (id, aggregate, envelope) VALUES (x'01', x'02', '{}')")
        .unwrap();
    let events = [an_event()];
    let mut tx = Begin::<dyn FeedContractTx>::begin(&store).await.unwrap();
    tx.outbox().push(&events[0]).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(store.lease(100, now(), LEASE).await.unwrap(), events);
    store.delivered(&[events[0].id]).await.unwrap();
    assert_eq!(store.lease(100, now() + LEASE * 2, LEASE).await.unwrap(), []);
    assert_eq!(store.pending().await.unwrap(), 1);
}

#[tokio::test]
async fn a_job_of_a_newer_version_waits_and_the_others_are_taken() {
    let folder = tempdir().unwrap();
    let store = on_disk(folder.path());
    let jobs = [a_job(), a_job()];
    store.enqueue(&jobs, now()).await.unwrap();
    let raw = raw(folder.path());
    raw.execute_batch("UPDATE jobs SET kind = 'NEW' WHERE position = 1").unwrap();

    let taken = store.take(100, now(), LEASE).await.unwrap();
    assert_eq!(taken.into_iter().map(|taken| taken.job).collect::<Vec<_>>(), jobs[1..]);
    let listed = store.list(JobFilter::All, 100).await.unwrap();
    assert_eq!(listed.into_iter().map(|view| view.job).collect::<Vec<_>>(), jobs[1..]);

    raw.execute_batch("UPDATE jobs SET kind = 'COUNT_STATS'").unwrap();
    assert_eq!(store.take(100, now() + LEASE * 2, LEASE).await.unwrap().len(), 2);
}
