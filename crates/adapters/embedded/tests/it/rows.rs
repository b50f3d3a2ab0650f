//! What is in the file: that it stays, and what becomes of rows that can't be.

use auth::HasSessions;
use auth::testing::{a_new_refresh_token, a_refresh_token};
use kernel::{Envelope, Event, HasOutbox, StoreError, Transaction};
use plan::HasPlans;
use plan::testing::{a_plan, add_a_plan};
use point::testing::a_charge;
use point::{HasLedger, Posting};
use tempfile::tempdir;
use user::testing::{a_dreamer, add_a_dreamer, add_a_maker, ids, now};
use user::{HasUsers, UserDirectory};

use crate::fresh::{in_memory, on_disk, raw};

#[tokio::test]
async fn what_was_committed_is_there_when_the_file_is_opened_again() {
    let folder = tempdir().unwrap();
    let store = on_disk(folder.path());
    let mut tx = store.transaction().await.unwrap();
    let user = add_a_dreamer(&mut tx).await;
    assert_eq!(tx.ledger().post(&a_charge(user.id(), 5)).await.unwrap(), Posting::Posted);
    Box::new(tx).commit().await.unwrap();
    drop(store);

    let store = on_disk(folder.path());
    assert_eq!(store.find(user.id()).await.unwrap().as_ref(), Some(&user));
    let mut tx = store.transaction().await.unwrap();
    assert_eq!(tx.ledger().balance(user.id()).await.unwrap(), 5);
}

/// A store in which `damage` was done by hand, and what reading a plan, its dreamer, and its maker's
/// profile from it comes to.
async fn read_after(damage: &str) -> Result<(), StoreError> {
    let folder = tempdir().unwrap();
    let store = on_disk(folder.path());
    let mut tx = store.transaction().await?;
    let plan = add_a_plan(&mut tx, |_| {}).await;
    let maker = add_a_maker(&mut tx).await.id();
    Box::new(tx).commit().await?;
    raw(folder.path()).execute_batch(damage).unwrap();

    let mut tx = store.transaction().await?;
    tx.plans().find_for_update(plan.id()).await?.unwrap();
    tx.users().find_for_update(plan.dreamer()).await?.unwrap();
    tx.users().find_profile_for_update(maker).await?.unwrap();
    Ok(())
}

#[tokio::test]
async fn a_row_that_the_domain_rejects_is_corrupt() {
    assert!(read_after("SELECT 1").await.is_ok());
    for damage in [
        "UPDATE plans SET title = ''",
        "UPDATE plans SET trip_date = 'tomorrow'",
        "UPDATE plans SET trip_type = 'SLEEPING'",
        "UPDATE plans SET address = 'home'",
        "UPDATE plans SET created_at = 9223372036854775807",
        "UPDATE users SET email = 'nobody'",
        "UPDATE users SET provider = 'LOCAL', subject = hex(id), password_hash = NULL",
        "UPDATE users SET provider = 'KAKAO', subject = hex(id)",
        "UPDATE profiles SET service_areas = '[]'",
        "UPDATE profiles SET service_areas = '[\"ATLANTIS\"]'",
        "UPDATE profiles SET trip_types = 'FOOD_TOUR'",
        "UPDATE profiles SET gallery = NULL",
    ] {
        let read = read_after(damage).await;
        assert!(matches!(read, Err(StoreError::Corrupt(_))), "{damage}: {read:?}");
    }
}

#[tokio::test]
async fn what_is_not_stored_cannot_be_changed() {
    let store = in_memory();
    let (stranger, profile) = a_dreamer();
    let mut tx = store.transaction().await.unwrap();
    assert!(tx.users().save(&stranger).await.is_err());
    assert!(tx.users().save_profile(stranger.id(), &profile).await.is_err());
    let unknown = a_refresh_token().hash();
    assert!(tx.sessions().rotate(&unknown, now(), &a_new_refresh_token(now())).await.is_err());
    // None of it stands in the way of what comes after.
    add_a_dreamer(&mut tx).await;
    Box::new(tx).commit().await.unwrap();
}

#[tokio::test]
async fn a_row_that_the_schema_refuses_is_corrupt_and_leaves_the_transaction_usable() {
    let store = in_memory();
    let mut tx = store.transaction().await.unwrap();
    let plan = add_a_plan(&mut tx, |_| {}).await;
    let again = tx.plans().add(&plan).await;
    assert!(matches!(again, Err(StoreError::Corrupt(_))), "{again:?}");
    let of_nobody = tx.plans().add(&a_plan()).await;
    assert!(matches!(of_nobody, Err(StoreError::Corrupt(_))), "{of_nobody:?}");
    Box::new(tx).commit().await.unwrap();
    let mut tx = store.transaction().await.unwrap();
    assert_eq!(tx.plans().find_for_update(plan.id()).await.unwrap(), Some(plan));
}

fn a_follow_event() -> Envelope {
    let event = Event::FollowChanged { dreamer: ids().next(), maker: ids().next() };
    Envelope { id: ids().next(), occurred_at: now(), event }
}

#[tokio::test]
async fn events_are_in_the_outbox_in_order_if_their_transaction_committed() {
    let folder = tempdir().unwrap();
    let store = on_disk(folder.path());
    let events = [a_follow_event(), a_follow_event()];
    let mut tx = store.transaction().await.unwrap();
    for event in &events {
        tx.outbox().push(event).await.unwrap();
    }
    Box::new(tx).commit().await.unwrap();
    let mut tx = store.transaction().await.unwrap();
    tx.outbox().push(&a_follow_event()).await.unwrap();
    Box::new(tx).rollback().await.unwrap();

    let raw = raw(folder.path());
    let mut rows = raw.prepare("SELECT envelope FROM outbox ORDER BY position").unwrap();
    let stored: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let stored: Vec<Envelope> = stored.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
    assert_eq!(stored, events);
}
