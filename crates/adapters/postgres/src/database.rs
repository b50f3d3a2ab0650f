//! The PostgreSQL database: a pool of connections, and transactions that leave nothing behind.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures_util::FutureExt;
use kernel::{Begin, Bundle, StoreError, Transaction};
use tokio::time::timeout;

use crate::config::{PostgresConfig, PostgresConfigError};
use crate::connection::Connection;
use crate::connector::Connector;
use crate::reads::Reads;
use crate::wake_ups::{Channel, WakeUps};

/// How much longer than the server an answer is waited for.
const GRACE: Duration = Duration::from_secs(1);

/// The store in PostgreSQL: clone it freely, all clones are one.
#[derive(Clone)]
pub struct Postgres(Arc<Shared>);

struct Shared {
    pool: Pool<AsyncPgConnection>,
    reads: Reads,
    connector: Connector,
    wake_ups: WakeUps,
    acquire_timeout: Duration,
    patience: Duration,
}

impl Postgres {
    /// The store at that address. Connections are opened when they are needed, so this succeeds while the
    /// server is down.
    pub fn new(config: &PostgresConfig) -> Result<Self, PostgresConfigError> {
        if config.pool_size == 0 || config.shared_connections == 0 {
            return Err(PostgresConfigError::EmptyPool);
        }
        let connector = Connector::new(config)?;
        let patience = config.statement_timeout + GRACE;
        Ok(Self(Arc::new(Shared {
            pool: pool(&connector, config.pool_size)?,
            reads: Reads::new(connector.clone(), config.shared_connections, config.acquire_timeout, patience),
            wake_ups: WakeUps::new(connector.clone()),
            connector,
            acquire_timeout: config.acquire_timeout,
            patience,
        })))
    }

    /// Whether the server answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.connection().await?.control("SELECT 1").await
    }

    /// Reads that need little, each of which sees what was committed before it.
    pub(crate) fn reads(&self) -> &Reads {
        &self.0.reads
    }

    /// A connection of one's own, on which each statement is a transaction of its own.
    pub(crate) async fn connection(&self) -> Result<Connection, StoreError> {
        let pooled = timeout(self.0.acquire_timeout, self.0.pool.get())
            .await
            .map_err(StoreError::unavailable)?
            .map_err(StoreError::unavailable)?;
        Ok(Connection::new(pooled, self.0.connector.clone(), self.0.patience))
    }

    /// Opens a transaction and answers it as what it is, with every repository.
    pub async fn transaction(&self) -> Result<PgTx, StoreError> {
        let mut conn = self.connection().await?;
        conn.begin("BEGIN").await?;
        Ok(PgTx { conn, records_events: false })
    }

    pub(crate) fn connector(&self) -> &Connector {
        &self.0.connector
    }

    pub(crate) fn wake_ups(&self) -> &WakeUps {
        &self.0.wake_ups
    }
}

fn pool(connector: &Connector, size: usize) -> Result<Pool<AsyncPgConnection>, PostgresConfigError> {
    let connector = connector.clone();
    let mut config = ManagerConfig::default();
    config.custom_setup = Box::new(move |_| {
        let connector = connector.clone();
        async move { connector.connect().await }.boxed()
    });
    // A connection that broke while it was idle is known to be closed; asking the server each time would
    // cost a round trip per request.
    config.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::new_with_config("", config);
    Pool::builder(manager).max_size(size).build().map_err(|_| PostgresConfigError::EmptyPool)
}

#[async_trait]
impl<Tx: Bundle<PgTx> + ?Sized> Begin<Tx> for Postgres {
    async fn begin(&self) -> Result<Box<Tx>, StoreError> {
        Ok(Tx::of(Box::new(self.transaction().await?)))
    }
}

/// An open transaction on a connection of its own. It is every repository at once.
///
/// Statements see what was committed before each of them (READ COMMITTED): what has to be decided on
/// facts is locked first and read then, in another statement. Dropping it unfinished closes its
/// connection, which frees its locks.
pub struct PgTx {
    pub(crate) conn: Connection,
    /// Whether the relay has something to do after the commit.
    pub(crate) records_events: bool,
}

#[async_trait]
impl Transaction for PgTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.conn.commit().await?;
        if self.records_events
            // Not in the transaction: commits that notify wait for each other's disk.
            && let Err(error) = self.conn.control(Channel::Outbox.notify()).await
        {
            tracing::debug!(%error, "the relay could not be woken and will look by itself");
        }
        Ok(())
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), StoreError> {
        self.conn.roll_back().await
    }
}
