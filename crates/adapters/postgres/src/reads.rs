//! Reads that share connections.
//!
//! What needs little is asked over a connection on which others still wait for their answers. So neither the
//! server nor this process is woken for each of them alone, which for a single row is most of the work.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use kernel::StoreError;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::connection::store_error;
use crate::connector::{Connector, Driven};

/// Asks what needs little and answers little: a few rows that are found by keys, some numbers. Answers come in the
/// order of the questions, so whoever asks for more makes others wait, and has to use a
/// [`Connection`](crate::connection::Connection) of its own: with pages of lists here, too, one request in a hundred
/// took more than forty times as long as most.
///
/// A read that is dropped is worked on to its end all the same.
pub(crate) struct Reads {
    connector: Connector,
    slots: Box<[Mutex<Arc<Slot>>]>,
    places: Arc<Semaphore>,
    acquire_timeout: Duration,
    patience: Duration,
}

/// A place for a connection, opened when it's needed first. Each read that is on its way holds the connection.
type Slot = OnceCell<Arc<Driven>>;

impl Reads {
    /// How many reads may be on their way over each connection; more have to wait for one of them.
    const PLACES: usize = 64;

    /// `patience` is how long an answer is waited for.
    pub(crate) fn new(
        connector: Connector,
        connections: usize,
        acquire_timeout: Duration,
        patience: Duration,
    ) -> Self {
        Self {
            connector,
            slots: std::iter::repeat_with(Mutex::default).take(connections).collect(),
            places: Arc::new(Semaphore::new(connections * Self::PLACES)),
            acquire_timeout,
            patience,
        }
    }

    /// The row of a query that has one at most.
    pub(crate) async fn find<T, Q>(&self, query: Q) -> Result<Option<T>, StoreError>
    where
        T: Send + 'static,
        Q: LoadQuery<'static, SharedConnection, T> + Send + 'static,
    {
        Ok(self.list(query).await?.into_iter().next())
    }

    /// The row of a query that always has one.
    pub(crate) async fn get<T, Q>(&self, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: LoadQuery<'static, SharedConnection, T> + Send + 'static,
    {
        self.find(query).await?.ok_or_else(|| StoreError::corrupt("a query without its row"))
    }

    /// Every row of a query.
    pub(crate) async fn list<T, Q>(&self, query: Q) -> Result<Vec<T>, StoreError>
    where
        T: Send + 'static,
        Q: LoadQuery<'static, SharedConnection, T> + Send + 'static,
    {
        let place = self.place().await?;
        let line = self.line().await?;
        let (mut shared, patience) = (SharedConnection(Arc::clone(&line)), self.patience);
        // The answer is taken in beside the connection: one that is left there, because the thread that asked is
        // busy or its client has gone, would keep all later ones waiting.
        let load = line.runtime.spawn(async move {
            let _place = place;
            let answer = timeout(patience, query.load(&mut shared)).await;
            if answer.is_err() {
                shared.0.give_up();
            }
            answer
        });
        match load.await {
            Ok(answer) => answer.map_err(StoreError::unavailable)?.map_err(store_error),
            Err(cut_off) => match cut_off.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(cancelled) => Err(StoreError::unavailable(cancelled)),
            },
        }
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let place = timeout(self.acquire_timeout, Arc::clone(&self.places).acquire_owned()).await;
        place.map_err(StoreError::unavailable)?.map_err(StoreError::unavailable)
    }

    /// The connection with the fewest reads on their way; while all have some, another one is opened. Where that
    /// fails, or somebody is at it, those that are there have to do.
    async fn line(&self) -> Result<Arc<Driven>, StoreError> {
        let slots: Vec<Arc<Slot>> = self.slots.iter().map(alive).collect();
        let vacant =
            slots.iter().filter(|slot| !slot.initialized()).min_by_key(|slot| Arc::strong_count(slot));
        let opened = slots.iter().filter_map(|slot| slot.get()).min_by_key(|line| Arc::strong_count(line));
        match (opened, vacant) {
            (Some(line), Some(vacant)) if is_busy(line) && !is_wanted(vacant) => {
                Ok(self.open(vacant).await.unwrap_or_else(|_| Arc::clone(line)))
            }
            (Some(line), _) => Ok(Arc::clone(line)),
            (None, Some(vacant)) => self.open(vacant).await,
            (None, None) => Err(StoreError::unavailable("there is no connection to share")),
        }
    }

    async fn open(&self, slot: &Slot) -> Result<Arc<Driven>, StoreError> {
        let opening = slot.get_or_try_init(async || Ok(Arc::new(self.connector.connect_driven().await?)));
        let opened: Result<_, diesel::ConnectionError> =
            timeout(self.acquire_timeout, opening).await.map_err(StoreError::unavailable)?;
        opened.map(Arc::clone).map_err(StoreError::unavailable)
    }
}

/// What is in the slot, from which a connection is taken out that has ended or says nothing.
fn alive(slot: &Mutex<Arc<Slot>>) -> Arc<Slot> {
    // Whoever held it can't have left it half changed.
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if slot.get().is_some_and(|line| line.is_over()) {
        *slot = Arc::default();
    }
    Arc::clone(&slot)
}

/// Whether reads are on their way, beside the slot that has the connection.
fn is_busy(line: &Arc<Driven>) -> bool {
    Arc::strong_count(line) > 1
}

/// Whether others, beside [`Reads`] and the caller, are waiting for the slot to have a connection.
fn is_wanted(vacant: &Arc<Slot>) -> bool {
    Arc::strong_count(vacant) > 2
}

/// A connection over which several statements are on their way, for diesel.
pub(crate) struct SharedConnection(Arc<Driven>);

impl SimpleAsyncConnection for SharedConnection {
    async fn batch_execute(&mut self, statements: &str) -> QueryResult<()> {
        (&self.0.connection).batch_execute(statements).await
    }
}

impl AsyncConnectionCore for SharedConnection {
    type ExecuteFuture<'conn, 'query> =
        <AsyncPgConnection as AsyncConnectionCore>::ExecuteFuture<'conn, 'query>;
    type LoadFuture<'conn, 'query> = <AsyncPgConnection as AsyncConnectionCore>::LoadFuture<'conn, 'query>;
    type Stream<'conn, 'query> = <AsyncPgConnection as AsyncConnectionCore>::Stream<'conn, 'query>;
    type Row<'conn, 'query> = <AsyncPgConnection as AsyncConnectionCore>::Row<'conn, 'query>;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        AsyncConnectionCore::load(&mut &self.0.connection, source)
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        AsyncConnectionCore::execute_returning_count(&mut &self.0.connection, source)
    }
}
