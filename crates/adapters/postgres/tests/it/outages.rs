//! Servers that are gone, silent, or come back.

use application::jobs::OutboxFeed;
use goforme_postgres::Postgres;
use testkit::eventually;
use testkit::postgres::PrivatePostgres;
use tokio::net::TcpListener;

use crate::fresh::{assert_unavailable, config, database, impatient};
use crate::proxy::Proxy;

async fn is_back(store: &Postgres) -> Option<()> {
    store.ping().await.ok()
}

#[tokio::test]
async fn a_server_that_was_stopped_is_unavailable_and_comes_back_without_a_restart() {
    let server = PrivatePostgres::start();
    let url =
        server.fresh_database(async |url| drop(Postgres::new(&config(url)).unwrap().migrate().await)).await;
    let store = impatient(url);
    let unfinished = store.transaction().await.unwrap();
    store.ping().await.unwrap();

    server.stop();
    for _ in 0..3 {
        assert_unavailable(store.ping()).await;
        assert_unavailable(store.transaction()).await;
        assert_unavailable(store.pending()).await;
    }
    assert_unavailable(kernel::Transaction::commit(Box::new(unfinished))).await;

    server.start_again();
    eventually("the store is back", || is_back(&store)).await;
    assert_eq!(store.pending().await.unwrap(), 0);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_unavailable_and_comes_back() {
    let url = database().await;
    let network = Proxy::before(&url).await;
    let store = impatient(network.url(&url));
    let open = store.transaction().await.unwrap();
    store.ping().await.unwrap();

    network.fall_silent();
    // In the middle of a transaction, on an idle connection, and on a new one.
    assert_unavailable(kernel::Transaction::commit(Box::new(open))).await;
    assert_unavailable(store.ping()).await;
    assert_unavailable(store.ping()).await;

    network.recover();
    eventually("the store is back", || is_back(&store)).await;
}

#[tokio::test]
async fn a_server_that_never_says_anything_is_unavailable() {
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = mute.local_addr().unwrap();
    let store = impatient(format!("postgres://goforme@{address}/nowhere"));
    assert_unavailable(store.ping()).await;
    assert_unavailable(store.transaction()).await;
    assert_unavailable(impatient("postgres://goforme@127.0.0.1:1/nowhere".to_owned()).ping()).await;
}
