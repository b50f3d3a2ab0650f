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
