//! Reads that share connections.

use std::time::Duration;

use futures_util::future::{FutureExt, join_all};
use goforme_postgres::{Postgres, PostgresConfig};
use kernel::{Transaction, UserId};
use tokio::time::timeout;
use user::UserDirectory;
use user::testing::add_a_dreamer;

use crate::fresh::{assert_unavailable, config, database, impatient, intruder};
use crate::proxy::Proxy;

/// Users of whom each is somebody else.
async fn users(store: &Postgres, count: usize) -> Vec<UserId> {
    let mut tx = store.transaction().await.unwrap();
    let mut users = Vec::new();
    for _ in 0..count {
        users.push(add_a_dreamer(&mut tx).await.id());
    }
    Box::new(tx).commit().await.unwrap();
    users
}

async fn assert_is_found(store: &Postgres, id: UserId) {
    assert_eq!(store.find(id).await.unwrap().unwrap().id(), id);
}

#[tokio::test]
async fn everybody_gets_their_own_answer_even_if_others_hang_up() {
    let url = database().await;
    let store = Postgres::new(&PostgresConfig { shared_connections: 2, ..config(url.clone()) }).unwrap();
    let users = users(&store, 20).await;
    for _ in 0..20 {
        // Polled once: it has begun, and no more.
        for user in &users {
            assert!(store.find(*user).now_or_never().is_none());
        }
        join_all(users.iter().map(|user| assert_is_found(&store, *user))).await;
    }
    let of_store = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'goforme'
        AND datname = current_database()";
    let opened: i64 = intruder(&url).await.query_one(of_store, &[]).await.unwrap().get(0);
    assert_eq!(opened, 3, "two that are shared, and the one of the transaction");
}

#[tokio::test]
async fn a_full_pool_keeps_nobody_from_reading() {
    let store = impatient(database().await);
    let user = users(&store, 1).await[0];
    let _full = [store.transaction().await.unwrap(), store.transaction().await.unwrap()];
    assert_unavailable(store.transaction()).await;
    assert_is_found(&store, user).await;
}

#[tokio::test]
async fn a_connection_that_was_closed_is_opened_again() {
    let url = database().await;
    let store = Postgres::new(&PostgresConfig { shared_connections: 1, ..config(url.clone()) }).unwrap();
    let user = users(&store, 1).await[0];
    let close = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name = 'goforme' AND datname = current_database()";
    for _ in 0..3 {
        assert_is_found(&store, user).await;
        intruder(&url).await.query(close, &[]).await.unwrap();
        // Until this process has heard of it.
        testkit::eventually("reads go on", || async { store.find(user).await.ok() }).await;
    }
}

#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let url = database().await;
    let network = Proxy::before(&url).await;
    let store = impatient(network.url(&url));
    let user = users(&store, 1).await[0];
    assert_is_found(&store, user).await;

    network.fall_silent();
    assert_unavailable(join_all((0..8).map(|_| store.find(user))).map(|mut all| all.remove(0))).await;
    assert_unavailable(store.find(user)).await;

    network.recover();
    testkit::eventually("reads go on", || async { store.find(user).await.ok() }).await;
}

#[tokio::test]
async fn a_silent_connection_is_replaced_though_nobody_waits_for_it_for_long() {
    let url = database().await;
    let network = Proxy::before(&url).await;
    let statement_timeout = Duration::from_secs(1);
    let of_one = PostgresConfig { shared_connections: 1, statement_timeout, ..config(network.url(&url)) };
    let store = Postgres::new(&of_one).unwrap();
    let user = users(&store, 1).await[0];
    assert_is_found(&store, user).await;

    network.lose_connections();
    let hasty = || async { timeout(Duration::from_millis(200), store.find(user)).await.ok()?.ok() };
    testkit::eventually("reads go on", hasty).await;
}

#[tokio::test]
async fn while_no_connection_can_be_opened_those_that_are_there_have_to_do() {
    let url = database().await;
    let network = Proxy::before(&url).await;
    let store = impatient(network.url(&url));
    let user = users(&store, 1).await[0];
    assert_is_found(&store, user).await;

    network.close();
    for _ in 0..10 {
        join_all((0..20).map(|_| assert_is_found(&store, user))).await;
    }
}
