//! The stores that the configuration names, opened. What isn't named is kept in the data folder.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use embedded::Sqlite;
use mongo::{Mongo, MongoConfig};
use postgres::{Postgres, PostgresConfig};
use redis::{Redis, RedisConfig};
use tokio::time::timeout;

use super::health::{MongoHealth, PostgresHealth, RedisHealth, SqliteHealth};
use crate::config::{PostgresSettings, StoresConfig};
use crate::http::health::HealthCheck;

/// The stores. None of the servers has to be there yet.
#[derive(Clone)]
pub struct Stores {
    pub relational: Relational,
    pub documents: Documents,
    /// What nodes share; without it there is one.
    pub redis: Option<Redis>,
}

/// Where everything relational is.
#[derive(Clone)]
pub enum Relational {
    /// A file in the data folder.
    Embedded(Sqlite),
    /// A server.
    Postgres(Postgres),
}

/// Where chat and notifications are.
#[derive(Clone)]
pub enum Documents {
    /// A file in the data folder; the one of [`Relational::Embedded`] if that is there.
    Embedded(Sqlite),
    /// A server.
    Mongo(Mongo),
}

/// How long a start waits to be told whether the schema is up to date.
const SCHEMA_PATIENCE: Duration = Duration::from_secs(5);

impl Stores {
    /// Opens what `config` names.
    pub async fn open(config: &StoresConfig) -> anyhow::Result<Self> {
        let sqlite = config.uses_embedded_store().then(|| open_sqlite(config)).transpose()?;
        let relational = match (&config.postgres, &sqlite) {
            (Some(postgres), _) => Relational::Postgres(open_postgres(postgres)?),
            (None, Some(sqlite)) => Relational::Embedded(sqlite.clone()),
            (None, None) => bail!("there is nowhere to keep anything"),
        };
        let documents = match (&config.mongo, sqlite) {
            (Some(mongo), _) => {
                let config = MongoConfig::new(mongo.uri.clone(), &mongo.database);
                Documents::Mongo(Mongo::connect(&config).await.context("MONGODB_URI")?)
            }
            (None, Some(sqlite)) => Documents::Embedded(sqlite),
            (None, None) => bail!("there is nowhere to keep chats"),
        };
        let redis = config.redis.as_ref().map(|redis| {
            let prefix = redis.prefix.clone();
            Redis::new(&RedisConfig { prefix, ..RedisConfig::new(redis.url.clone()) }).context("REDIS_URL")
        });
        Ok(Self { relational, documents, redis: redis.transpose()? })
    }

    /// Sees that the servers are as they have to be, as far as they are there: one that is away delays the
    /// start by seconds, but doesn't prevent it. With `migrate` PostgreSQL is brought to its schema first.
    pub async fn prepare(&self, migrate: bool) -> anyhow::Result<()> {
        if let Relational::Postgres(postgres) = &self.relational {
            if migrate {
                migrate_and_say(postgres).await?;
            } else {
                refuse_old_schema(postgres).await?;
            }
        }
        if let Documents::Mongo(mongo) = &self.documents
            && let Err(error) = mongo.ensure_indexes().await
        {
            tracing::warn!(%error, "MongoDB's indexes could not be seen to; they are before it's first used");
        }
        if let Some(redis) = &self.redis
            && let Err(error) = redis.warn_if_forgetful().await
        {
            tracing::warn!(%error, "Redis could not be asked whether it keeps what it is told");
        }
        Ok(())
    }

    /// Takes leave of the servers that want it, once nobody needs them any more.
    pub async fn close(&self) {
        if let Documents::Mongo(mongo) = &self.documents {
            mongo.close().await;
        }
    }

    /// Whether every store is a server, so that nodes and workers share all they know.
    pub fn are_all_servers(&self) -> bool {
        matches!(self.relational, Relational::Postgres(_))
            && matches!(self.documents, Documents::Mongo(_))
            && self.redis.is_some()
    }

    /// What readiness asks of them.
    pub fn health(&self) -> Vec<Arc<dyn HealthCheck>> {
        let mut checks: Vec<Arc<dyn HealthCheck>> = vec![match self.relational.clone() {
            Relational::Embedded(sqlite) => Arc::new(SqliteHealth(sqlite)),
            Relational::Postgres(postgres) => Arc::new(PostgresHealth(postgres)),
        }];
        match self.documents.clone() {
            Documents::Mongo(mongo) => checks.push(Arc::new(MongoHealth(mongo))),
            Documents::Embedded(sqlite) if matches!(self.relational, Relational::Postgres(_)) => {
                checks.push(Arc::new(SqliteHealth(sqlite)));
            }
            Documents::Embedded(_) => {}
        }
        if let Some(redis) = self.redis.clone() {
            checks.push(Arc::new(RedisHealth(redis)));
        }
        checks
    }
}

fn open_sqlite(config: &StoresConfig) -> anyhow::Result<Sqlite> {
    let data = &config.data_dir;
    Sqlite::open(&data.join("goforme.sqlite3"))
        .with_context(|| format!("the database in DATA_DIR {}", data.display()))
}

fn open_postgres(config: &PostgresSettings) -> anyhow::Result<Postgres> {
    let pool_size = config.pool_size.get();
    Postgres::new(&PostgresConfig { pool_size, ..PostgresConfig::new(config.url.clone()) })
        .context("DATABASE_URL")
}

/// Brings the database to the newest schema, and says what was done.
async fn migrate_and_say(postgres: &Postgres) -> anyhow::Result<()> {
    let taken = postgres.migrate().await.context("the database could not be migrated")?;
    for step in &taken {
        tracing::info!(migration = %step, "the database was migrated");
    }
    Ok(())
}

async fn refuse_old_schema(postgres: &Postgres) -> anyhow::Result<()> {
    match timeout(SCHEMA_PATIENCE, postgres.pending_migrations()).await {
        Ok(Ok(pending)) if pending.is_empty() => Ok(()),
        Ok(Ok(pending)) => {
            bail!("the database lacks {}: run `goforme migrate` first", pending.join(", "))
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "PostgreSQL could not be asked for its schema");
            Ok(())
        }
        Err(_) => {
            tracing::warn!("PostgreSQL did not say in time which schema it has");
            Ok(())
        }
    }
}
