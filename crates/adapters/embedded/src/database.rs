//! The SQLite database: one writer, several readers, and transactions that can be held across awaits.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kernel::{Begin, Bundle, StoreError, Transaction};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::connection::{Connections, Failure, Location};
use crate::flush::Flusher;
use crate::schema;

/// How long a command waits for its turn to write before it answers that the store is overloaded.
const PATIENCE: Duration = Duration::from_secs(5);

/// The embedded store: clone it freely, all clones are one.
#[derive(Clone)]
pub struct Sqlite {
    writer: Connections,
    /// `None` in memory, where the writer's connection is the only one there is.
    readers: Option<Connections>,
    /// Whose turn it is to write; SQLite has one writer at a time, so they queue here, in order and
    /// without blocking a thread.
    turn: Arc<Semaphore>,
    /// `None` in memory.
    flusher: Option<Flusher>,
    /// Tells the relay that a transaction recorded events.
    pub(crate) recorded: Arc<Notify>,
    /// Tells the runner that there are new jobs.
    pub(crate) queued: Arc<Notify>,
}

impl Sqlite {
    /// Opens the database file (made, and brought to the newest schema, if need be).
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(StoreError::unavailable)?;
        }
        let writer = Self::migrated(&Location::File(path.to_owned()))?;
        let count = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8));
        let readers = Connections::readers(path, count).map_err(Failure::from)?;
        let flusher = Flusher::start(path).map_err(StoreError::unavailable)?;
        Ok(Self::new(writer, Some((readers, flusher))))
    }

    /// A database in memory, gone when the last clone is dropped: what tests build on.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self::new(Self::migrated(&Location::Memory)?, None))
    }

    fn new(writer: Connections, of_file: Option<(Connections, Flusher)>) -> Self {
        let (readers, flusher) = of_file.unzip();
        Self {
            writer,
            readers,
            flusher,
            turn: Arc::new(Semaphore::new(1)),
            recorded: Arc::new(Notify::new()),
            queued: Arc::new(Notify::new()),
        }
    }

    fn migrated(location: &Location) -> Result<Connections, StoreError> {
        Ok(Connections::writer(location, schema::migrate)?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }

    /// Runs queries on a connection that only reads, outside of any transaction of a command.
    pub(crate) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        if let Some(readers) = &self.readers {
            return readers.run(|connection| query(connection)).await;
        }
        let _turn = self.take_turn().await?;
        self.writer.run(|connection| query(connection)).await
    }

    /// Runs `work` in one short transaction that nobody else sees half of; for what is written outside
    /// of the commands' units of work (chat, notifications, the queue).
    pub(crate) async fn write<T, F>(&self, durability: Durability, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let turn = self.take_turn().await?;
        let written = self.writer.run(move |connection| {
            let _turn = turn;
            // At once, since one that begins by reading may not become a writer any more if another
            // process (a command beside the server) writes in between.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcome = work(&transaction)?;
            transaction.commit()?;
            Ok(outcome)
        });
        let outcome = written.await?;
        if durability == Durability::Full {
            self.flushed().await?;
        }
        Ok(outcome)
    }

    /// Returns when everything that was committed before is on the disk.
    async fn flushed(&self) -> Result<(), StoreError> {
        match &self.flusher {
            Some(flusher) => flusher.flushed().await,
            None => Ok(()),
        }
    }

    async fn take_turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned())
            .await
            .map_err(StoreError::unavailable)?
            .map_err(StoreError::unavailable)
    }

    /// Opens a transaction and answers it as what it is, with every repository.
    pub async fn transaction(&self) -> Result<SqliteTx, StoreError> {
        let turn = self.take_turn().await?;
        let tx = SqliteTx { store: self.clone(), turn: Some(turn), records_events: false };
        tx.run(|connection| Ok(connection.execute_batch("BEGIN IMMEDIATE")?)).await?;
        Ok(tx)
    }
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Until the disk has it: for everything that is answered to somebody.
    Full,
    /// Survives the death of the process, but not a power cut: for the queue's own bookkeeping, which is
    /// made again from the outbox. The next full commit takes it along.
    Relaxed,
}

#[async_trait]
impl<Tx: Bundle<SqliteTx> + ?Sized> Begin<Tx> for Sqlite {
    async fn begin(&self) -> Result<Box<Tx>, StoreError> {
        Ok(Tx::of(Box::new(self.transaction().await?)))
    }
}

/// An open transaction on the writer's connection. It is every repository at once; since there is one
/// writer, whatever it reads is locked until it ends.
pub struct SqliteTx {
    store: Sqlite,
    /// `None` once the transaction has ended.
    turn: Option<OwnedSemaphorePermit>,
    /// Whether the relay has something to do after the commit.
    pub(crate) records_events: bool,
}

impl SqliteTx {
    /// Runs `work` inside this transaction.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        self.store.writer.run(|connection| work(connection)).await
    }

    /// Ends the transaction by `statement`. The turn goes to the writer's thread, so that nobody else
    /// begins before this has ended, even if the caller stops waiting.
    async fn end(&mut self, statement: &'static str) -> Result<(), StoreError> {
        let turn = self.turn.take();
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.store.writer.submit(Box::new(move |connection| {
            let outcome = end_transaction(connection, statement);
            drop(turn);
            let _ = reply.send(outcome);
        }))?;
        Ok(answer.await.map_err(StoreError::unavailable)??)
    }
}

/// Runs `statement`; whatever happens, no transaction is open afterwards.
fn end_transaction(connection: &Connection, statement: &str) -> Result<(), Failure> {
    let outcome = connection.execute_batch(statement);
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    Ok(outcome?)
}

#[async_trait]
impl Transaction for SqliteTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.end("COMMIT").await?;
        if self.records_events {
            self.store.recorded.notify_one();
        }
        self.store.flushed().await
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), StoreError> {
        self.end("ROLLBACK").await
    }
}

/// A transaction that is dropped unfinished (a panic, a client that went away) is rolled back by the
/// writer's thread, which keeps the turn until then.
impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(turn) = self.turn.take() else { return };
        let undone = self.store.writer.submit(Box::new(move |connection| {
            if !connection.is_autocommit()
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "an abandoned transaction could not be rolled back");
            }
            drop(turn);
        }));
        if let Err(error) = undone {
            tracing::error!(%error, "an abandoned transaction could not be handed over");
        }
    }
}
