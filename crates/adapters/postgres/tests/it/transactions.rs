//! Transactions that are dropped, fail, wait too long, or lock each other out.

use std::time::Duration;

use futures_util::future::{FutureExt, join};
use goforme_postgres::{PgTx, Postgres};
use kernel::{Envelope, Event, HasOutbox, PlanId, StoreError, Transaction};
use plan::HasPlans;
use plan::testing::add_a_plan;
use user::testing::{ids, now};

use crate::fresh::{assert_unavailable, database, impatient, intruder, store};

async fn committed_plan(store: &Postgres) -> PlanId {
    let mut tx = store.transaction().await.unwrap();
    let plan = add_a_plan(&mut tx, |_| {}).await.id();
    commit(tx).await.unwrap();
    plan
}

async fn commit(tx: PgTx) -> Result<(), StoreError> {
    Box::new(tx).commit().await
}

async fn lock(tx: &mut PgTx, plan: PlanId) -> Result<(), StoreError> {
    tx.plans().find_for_update(plan).await.map(drop)
}

#[tokio::test]
async fn a_transaction_that_is_dropped_frees_its_locks_at_once() {
    let store = impatient(database().await);
    let plan = committed_plan(&store).await;
    for _ in 0..5 {
        let mut dropped = store.transaction().await.unwrap();
        lock(&mut dropped, plan).await.unwrap();
        drop(dropped);
        let mut next = store.transaction().await.unwrap();
        lock(&mut next, plan).await.unwrap();
        Box::new(next).rollback().await.unwrap();
    }
}

/// A client that goes away while its request waits for a lock: the server isn't looking at the connection
/// then, and has to be told.
#[tokio::test]
async fn a_transaction_that_is_dropped_while_it_waits_frees_its_locks_too() {
    let url = database().await;
    let store = Postgres::new(&crate::fresh::config(url.clone())).unwrap();
    let (one, other) = (committed_plan(&store).await, committed_plan(&store).await);
    let mut holder = store.transaction().await.unwrap();
    lock(&mut holder, one).await.unwrap();

    let mut waiting = store.transaction().await.unwrap();
    lock(&mut waiting, other).await.unwrap();
    let waits = async {
        lock(&mut waiting, one).await.unwrap();
    };
    tokio::select! {
        () = waits => panic!("the lock did not hold"),
        () = somebody_waits_for_a_lock(&url) => {}
    }
    drop(waiting);

    // Long before the waiting one would have been given up for waiting too long.
    let mut next = store.transaction().await.unwrap();
    let locked = tokio::time::timeout(Duration::from_secs(2), lock(&mut next, other)).await;
    locked.expect("the lock to be free").unwrap();
}

async fn somebody_waits_for_a_lock(url: &str) {
    let observer = intruder(url).await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database()";
    testkit::eventually("somebody waits for a lock", || async {
        let count: i64 = observer.query_one(waiting, &[]).await.unwrap().get(0);
        (count > 0).then_some(())
    })
    .await;
}

/// A read that is dropped doesn't make the next user of its connection wait for it.
#[tokio::test]
async fn a_connection_is_not_reused_in_the_middle_of_something() {
    let store = impatient(database().await);
    for _ in 0..5 {
        // Polled once: the statement is on its way, the answer isn't.
        assert!(store.ping().now_or_never().is_none());
        store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_full_pool_is_unavailable_after_a_moment() {
    let store = impatient(database().await);
    let (one, other) = join(store.transaction(), store.transaction()).await;
    let (_one, other) = (one.unwrap(), other.unwrap());
    assert_unavailable(store.transaction()).await;
    assert_unavailable(store.ping()).await;
    drop(other);
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_lock_is_not_waited_for_for_ever() {
    let store = impatient(database().await);
    let plan = committed_plan(&store).await;
    let mut holder = store.transaction().await.unwrap();
    lock(&mut holder, plan).await.unwrap();
    let mut waiting = store.transaction().await.unwrap();
    assert_unavailable(lock(&mut waiting, plan)).await;
    Box::new(waiting).rollback().await.unwrap();
}

#[tokio::test]
async fn of_two_transactions_that_lock_each_other_out_one_is_told_to_try_again() {
    let store = store().await;
    let (one, other) = (committed_plan(&store).await, committed_plan(&store).await);
    let (mut first, mut second) = (store.transaction().await.unwrap(), store.transaction().await.unwrap());
    lock(&mut first, one).await.unwrap();
    lock(&mut second, other).await.unwrap();
    let first = async {
        let outcome = lock(&mut first, other).await;
        drop(first);
        outcome
    };
    let second = async {
        let outcome = lock(&mut second, one).await;
        drop(second);
        outcome
    };
    let outcomes = join(first, second).await;
    assert!(
        matches!(outcomes, (Ok(()), Err(StoreError::Contended(_))) | (Err(StoreError::Contended(_)), Ok(()))),
        "{outcomes:?}"
    );
}

/// The server answers a COMMIT of a failed transaction as if all were well, and rolls back.
#[tokio::test]
async fn a_commit_after_a_failure_is_not_reported_as_one() {
    let store = store().await;
    let mut tx = store.transaction().await.unwrap();
    let event = Event::ReviewWritten { review: ids().next(), maker: ids().next() };
    let event = Envelope { id: ids().next(), occurred_at: now(), event };
    tx.outbox().push(&event).await.unwrap();
    assert!(matches!(tx.outbox().push(&event).await, Err(StoreError::Corrupt(_))));
    assert!(commit(tx).await.is_err());
    assert_eq!(application::jobs::OutboxFeed::pending(&store).await.unwrap(), 0);
}
