//! Empty stores.

use goforme_postgres::{Postgres, PostgresConfig};
use testkit::postgres::PrivatePostgres;

/// What a store at this address is configured with.
pub fn config(url: String) -> PostgresConfig {
    PostgresConfig::new(url.into())
}

/// A store with nothing in it, in a database of its own on the shared server.
pub async fn store() -> Postgres {
    Postgres::new(&config(database().await)).unwrap()
}

/// The address of a database on the shared server that has the schema and nothing else.
pub async fn database() -> String {
    let migrate = async |url: String| {
        Postgres::new(&config(url)).unwrap().migrate().await.unwrap();
    };
    PrivatePostgres::shared().fresh_database(migrate).await
}

/// A connection of somebody who goes past the store.
pub async fn intruder(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The store at this address, with as little patience as a machine that compiles at the same time can bear.
pub fn impatient(url: String) -> Postgres {
    let moment = std::time::Duration::from_secs(1);
    Postgres::new(&PostgresConfig {
        pool_size: 2,
        acquire_timeout: moment,
        statement_timeout: moment * 2,
        lock_timeout: moment,
        ..config(url)
    })
    .unwrap()
}

/// Fails the test unless the store could not be reached, which takes as long as it's patient at most.
pub async fn assert_unavailable<T>(answer: impl Future<Output = Result<T, kernel::StoreError>>) {
    let patience = std::time::Duration::from_secs(10);
    let answer = tokio::time::timeout(patience, answer).await.expect("the store to give up in time");
    assert!(matches!(answer, Err(kernel::StoreError::Unavailable(_))), "{:?}", answer.err());
}
