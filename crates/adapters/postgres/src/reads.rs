//! Reads that share connections.
//!
//! What needs little is asked over a connection on which others still wait for their answers. So neither the
//! server nor this process is woken for each of them alone, which for a single row is most of the work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use kernel::StoreError;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::connection::store_error;
use crate::connector::{Connector, Driven};

/// Asks what needs little and answers little: a row that is found by a key, some numbers. Answers come in the order
/// of the questions, so whoever asks for more makes others wait, and has to use a
/// [`Connection`](crate::connection::Connection) of its own: with pages of lists here, too, one request in a hundred
/// took more than forty times as long as most.
///
/// A read that is dropped is worked on to its end by the server, for no longer than `statement_timeout`.
pub(crate) struct Reads {
    connector: Connector,
    lines: Box<[Mutex<Arc<Line>>]>,
    acquire_timeout: Duration,
    patience: Duration,
}

/// A connection, opened by whoever needs it first. Each read that is on its way holds it.
type Line = OnceCell<Driven>;

impl Reads {
    pub(crate) fn new(
        connector: Connector,
        lines: usize,
        acquire_timeout: Duration,
        patience: Duration,
    ) -> Self {
        Self {
            connector,
            lines: std::iter::repeat_with(Mutex::default).take(lines).collect(),
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
        let line = self.least_busy();
        let opening = line.get_or_try_init(|| self.connector.connect_driven());
        let opened = timeout(self.acquire_timeout, opening).await.map_err(StoreError::unavailable)?;
        let Driven { connection, runtime, .. } = opened.map_err(StoreError::unavailable)?;
        let (mut shared, on_its_way) = (SharedConnection(Arc::clone(connection)), Arc::clone(&line));
        // The answer is taken in beside the connection: one that is left there, because the thread that asked is
        // busy, would keep all later ones waiting.
        let load = runtime.spawn(async move {
            let answer = query.load(&mut shared).await;
            drop(on_its_way);
            answer
        });
        match timeout(self.patience, load).await {
            Ok(Ok(answer)) => answer.map_err(store_error),
            Ok(Err(cut_off)) => Err(StoreError::unavailable(cut_off)),
            Err(too_late) => {
                self.give_up(&line);
                Err(StoreError::unavailable(too_late))
            }
        }
    }

    /// The one with the fewest reads on their way.
    fn least_busy(&self) -> Arc<Line> {
        let lines = self.lines.iter().map(|line| {
            let mut line = lock(line);
            if line.get().is_some_and(Driven::has_ended) {
                *line = Arc::default();
            }
            Arc::clone(&line)
        });
        lines.min_by_key(Arc::strong_count).unwrap_or_default()
    }

    /// Leaves a connection to those who are waiting for it already.
    fn give_up(&self, silent: &Arc<Line>) {
        for line in &self.lines {
            let mut line = lock(line);
            if Arc::ptr_eq(&line, silent) {
                tracing::warn!("a connection to the database is silent and is replaced");
                *line = Arc::default();
            }
        }
    }
}

fn lock(line: &Mutex<Arc<Line>>) -> MutexGuard<'_, Arc<Line>> {
    // Whoever held it can't have left it half changed.
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection over which several statements are on their way, for diesel.
pub(crate) struct SharedConnection(Arc<AsyncPgConnection>);

impl SimpleAsyncConnection for SharedConnection {
    async fn batch_execute(&mut self, statements: &str) -> QueryResult<()> {
        (&*self.0).batch_execute(statements).await
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
        AsyncConnectionCore::load(&mut &*self.0, source)
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        AsyncConnectionCore::execute_returning_count(&mut &*self.0, source)
    }
}
