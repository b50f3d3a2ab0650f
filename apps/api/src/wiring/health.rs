//! What readiness asks of the adapters.

use std::error::Error;

use async_trait::async_trait;
use embedded::Sqlite;
use mongo::Mongo;
use postgres::Postgres;
use redis::Redis;

use crate::http::health::HealthCheck;

type Checked = Result<(), Box<dyn Error + Send + Sync>>;

/// The embedded store: nothing works without it.
pub(super) struct SqliteHealth(pub Sqlite);

#[async_trait]
impl HealthCheck for SqliteHealth {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    async fn check(&self) -> Checked {
        Ok(self.0.ping().await?)
    }
}

/// The relational store: next to nothing works without it.
pub(super) struct PostgresHealth(pub Postgres);

#[async_trait]
impl HealthCheck for PostgresHealth {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn check(&self) -> Checked {
        Ok(self.0.ping().await?)
    }
}

/// The document store: without it there is no chat, and all else goes on.
pub(super) struct MongoHealth(pub Mongo);

#[async_trait]
impl HealthCheck for MongoHealth {
    fn name(&self) -> &'static str {
        "mongo"
    }

    fn is_required(&self) -> bool {
        false
    }

    async fn check(&self) -> Checked {
        Ok(self.0.check().await?)
    }
}

/// What nodes share: without it they work by themselves, and what follows from events waits.
pub(super) struct RedisHealth(pub Redis);

#[async_trait]
impl HealthCheck for RedisHealth {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn is_required(&self) -> bool {
        false
    }

    async fn check(&self) -> Checked {
        Ok(self.0.check().await?)
    }
}
