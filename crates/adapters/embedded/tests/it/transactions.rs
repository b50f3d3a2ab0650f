//! Transactions whose callers leave, and callers who wait in vain.

use std::future::ready;

use goforme_embedded::Sqlite;
use kernel::{StoreError, Transaction, UserId};
use tempfile::tempdir;
use user::testing::{a_dreamer, add_a_dreamer};
use user::{HasUsers, UserDirectory};

use crate::fresh::{in_memory, on_disk};

async fn is_stored(store: &Sqlite, user: UserId) -> bool {
    store.find(user).await.unwrap().is_some()
}

/// Begins `work` and goes away as soon as it has to wait.
async fn abandon(work: impl Future) {
    tokio::select! {
        biased;
        _ = work => {}
        () = ready(()) => {}
    }
}

// Time stands still until `resume`, and jumps when there is nothing to do but to wait for it.
#[tokio::test(start_paused = true)]
async fn whoever_waits_too_long_for_their_turn_to_write_is_told_that_the_store_is_unavailable() {
    let store = in_memory();
    let first = store.transaction().await.unwrap();
    assert!(matches!(store.transaction().await, Err(StoreError::Unavailable(_))));
    tokio::time::resume();
    drop(first);
    store.transaction().await.unwrap();
}

#[tokio::test]
async fn a_dropped_transaction_is_undone_and_lets_the_next_one_write() {
    let store = in_memory();
    let mut tx = store.transaction().await.unwrap();
    let user = add_a_dreamer(&mut tx).await.id();
    drop(tx);
    Box::new(store.transaction().await.unwrap()).commit().await.unwrap();
    assert!(!is_stored(&store, user).await);
}

#[tokio::test]
async fn a_transaction_whose_caller_left_before_it_began_lets_the_next_one_write() {
    let store = in_memory();
    for _ in 0..20 {
        abandon(store.transaction()).await;
    }
    Box::new(store.transaction().await.unwrap()).commit().await.unwrap();
}

#[tokio::test]
async fn a_statement_whose_caller_left_is_undone_with_its_transaction() {
    let store = in_memory();
    let (user, profile) = a_dreamer();
    let mut tx = store.transaction().await.unwrap();
    abandon(tx.users().add(&user, &profile)).await;
    drop(tx);
    assert!(!is_stored(&store, user.id()).await);
}

#[tokio::test]
async fn a_commit_whose_caller_left_is_made_all_the_same() {
    let store = in_memory();
    let mut tx = store.transaction().await.unwrap();
    let user = add_a_dreamer(&mut tx).await.id();
    abandon(Box::new(tx).commit()).await;
    assert!(is_stored(&store, user).await);
}

#[tokio::test]
async fn readers_of_a_file_see_what_was_committed_and_do_not_wait_for_the_writer() {
    let folder = tempdir().unwrap();
    let store = on_disk(folder.path());
    let mut tx = store.transaction().await.unwrap();
    let user = add_a_dreamer(&mut tx).await.id();
    assert!(!is_stored(&store, user).await);
    Box::new(tx).commit().await.unwrap();
    assert!(is_stored(&store, user).await);
}
