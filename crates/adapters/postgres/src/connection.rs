//! A connection out of the pool, and the few calls by which the modules of this crate speak to it.

use std::time::Duration;

use diesel::OptionalExtension;
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::QueryFragment;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::methods::LoadQuery;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::StoreError;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::connector::Connector;
use crate::sql::Prepared;

/// A connection out of the pool, to which it goes back unless it is in the middle of something.
///
/// Whoever waits for an answer may be dropped at any moment. The pool looks at a connection only when it
/// hands it out next; until then an unfinished transaction would keep its locks, and after that an
/// unfinished statement would keep somebody else waiting. So such a connection is closed.
pub(crate) struct Connection {
    /// `None` once it was given up.
    pooled: Option<Object<AsyncPgConnection>>,
    connector: Connector,
    /// How long an answer is waited for; a bit longer than the server works on it, so this runs out only
    /// when the server is out of reach.
    patience: Duration,
    is_waiting: bool,
    is_in_transaction: bool,
    /// Whether a statement of the transaction has failed, so that the server refuses all others and turns
    /// a COMMIT into a ROLLBACK.
    has_failed: bool,
}

/// What comes back. Boxed at once, so that the callers' futures neither hold the types of queries, which
/// are long, nor have to be shown to be `Send` for each of them.
type Answer<'c, T> = BoxFuture<'c, Result<T, StoreError>>;

/// What came of a statement that might break a constraint of uniqueness.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It changed so many rows.
    Changed(usize),
    /// Another row is in its way; nothing has changed.
    Taken,
}

impl Connection {
    pub(crate) fn new(pooled: Object<AsyncPgConnection>, connector: Connector, patience: Duration) -> Self {
        Self {
            pooled: Some(pooled),
            connector,
            patience,
            is_waiting: false,
            is_in_transaction: false,
            has_failed: false,
        }
    }

    /// The row of a query that has one at most.
    pub(crate) fn find<'c, 'q: 'c, T, Q>(&'c mut self, query: Q) -> Answer<'c, Option<T>>
    where
        T: Send + 'c,
        Q: LoadQuery<'q, AsyncPgConnection, T> + Send + 'q,
    {
        async move {
            let patience = self.patience;
            let answer = timeout(patience, query.get_result(self.enter()?)).await;
            self.leave(answer.map(OptionalExtension::optional))
        }
        .boxed()
    }

    /// The row of a query that always has one.
    pub(crate) fn get<'c, 'q: 'c, T, Q>(&'c mut self, query: Q) -> Answer<'c, T>
    where
        T: Send + 'c,
        Q: LoadQuery<'q, AsyncPgConnection, T> + Send + 'q,
    {
        async move {
            let patience = self.patience;
            let answer = timeout(patience, query.get_result(self.enter()?)).await;
            self.leave(answer)
        }
        .boxed()
    }

    /// Every row of a query.
    pub(crate) fn list<'c, 'q: 'c, T, Q>(&'c mut self, query: Q) -> Answer<'c, Vec<T>>
    where
        T: Send + 'c,
        Q: LoadQuery<'q, AsyncPgConnection, T> + Send + 'q,
    {
        async move {
            let patience = self.patience;
            let answer = timeout(patience, query.load(self.enter()?)).await;
            self.leave(answer)
        }
        .boxed()
    }

    /// Runs a statement and answers how many rows it changed. The prepared statement is kept, also where
    /// diesel would not (an UPDATE), so its text must be one of a fixed set: no insertion of a `Vec`.
    pub(crate) fn change<'c, 'q: 'c, Q>(&'c mut self, statement: Q) -> Answer<'c, usize>
    where
        Q: QueryFragment<Pg> + Send + 'q,
    {
        async move {
            let patience = self.patience;
            let answer = timeout(patience, Prepared(statement).execute(self.enter()?)).await;
            self.leave(answer)
        }
        .boxed()
    }

    /// Runs a statement that has to change a row; `what` names what was to be changed.
    pub(crate) async fn change_one<'q, Q>(&mut self, what: &str, statement: Q) -> Result<(), StoreError>
    where
        Q: QueryFragment<Pg> + Send + 'q,
    {
        match self.change(statement).await? {
            0 => Err(StoreError::corrupt(format!("there is no {what} to change"))),
            _ => Ok(()),
        }
    }

    /// Runs a statement of a transaction that might break a constraint of uniqueness, in which case the
    /// transaction goes on as if it hadn't.
    pub(crate) fn attempt<'c, 'q: 'c, Q>(&'c mut self, statement: Q) -> Answer<'c, Attempt>
    where
        Q: QueryFragment<Pg> + Send + 'q,
    {
        async move {
            self.savepoint().await?;
            let patience = self.patience;
            let answer = timeout(patience, Prepared(statement).execute(self.enter()?)).await;
            if let Ok(Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) = answer {
                self.is_waiting = false;
                self.roll_back_to_savepoint().await?;
                return Ok(Attempt::Taken);
            }
            let changed = self.leave(answer)?;
            self.release_savepoint().await?;
            Ok(Attempt::Changed(changed))
        }
        .boxed()
    }

    /// Marks the place to which [`Self::roll_back_to_savepoint`] goes back.
    pub(crate) async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.control("SAVEPOINT attempt").await
    }

    /// Keeps what was done since the savepoint.
    pub(crate) async fn release_savepoint(&mut self) -> Result<(), StoreError> {
        self.control("RELEASE SAVEPOINT attempt").await
    }

    /// Undoes what was done since the savepoint.
    pub(crate) async fn roll_back_to_savepoint(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt").await
    }

    /// Opens a transaction by `begin`, a `BEGIN` with or without more.
    pub(crate) async fn begin(&mut self, begin: &str) -> Result<(), StoreError> {
        self.is_in_transaction = true;
        self.control(begin).await
    }

    /// Makes the transaction's writes permanent.
    pub(crate) async fn commit(&mut self) -> Result<(), StoreError> {
        if self.has_failed {
            self.roll_back().await?;
            return Err(StoreError::unavailable("a statement of the transaction had failed"));
        }
        self.control("COMMIT").await?;
        self.is_in_transaction = false;
        Ok(())
    }

    /// Undoes the transaction's writes.
    pub(crate) async fn roll_back(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK").await?;
        self.is_in_transaction = false;
        self.has_failed = false;
        Ok(())
    }

    /// Waits for answers longer than the server does by itself.
    pub(crate) fn be_patient(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Runs statements that answer nothing.
    pub(crate) async fn control(&mut self, statements: &str) -> Result<(), StoreError> {
        let patience = self.patience;
        let answer = timeout(patience, self.enter()?.batch_execute(statements)).await;
        self.leave(answer)
    }

    /// The connection, which from now on is waiting for an answer.
    fn enter(&mut self) -> Result<&mut AsyncPgConnection, StoreError> {
        if self.is_waiting {
            return Err(StoreError::unavailable("the connection was given up"));
        }
        self.is_waiting = true;
        self.pooled.as_deref_mut().ok_or_else(|| StoreError::unavailable("the connection was given up"))
    }

    /// Takes note of an answer, or of its absence.
    fn leave<T>(&mut self, answer: Result<QueryResult<T>, Elapsed>) -> Result<T, StoreError> {
        let answer = answer.map_err(StoreError::unavailable)?;
        self.is_waiting = false;
        self.has_failed |= self.is_in_transaction && answer.is_err();
        answer.map_err(store_error)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if (self.is_waiting || self.is_in_transaction)
            && let Some(pooled) = self.pooled.take()
        {
            tracing::debug!("a connection was dropped in the middle of something and is closed");
            self.connector.abandon(Object::take(pooled));
        }
    }
}

/// What an error of the database means to the callers of the store.
pub(crate) fn store_error(error: Error) -> StoreError {
    use DatabaseErrorKind::{
        CheckViolation, ExclusionViolation, ForeignKeyViolation, NotNullViolation, RestrictViolation,
        SerializationFailure, UniqueViolation, Unknown,
    };
    match &error {
        Error::DatabaseError(SerializationFailure, _) => StoreError::Contended(error.into()),
        // Diesel has no kind for a deadlock and hides its code. Most of the server's languages keep the
        // English word; in the others it reads as unavailable, which the caller may try again, too.
        Error::DatabaseError(Unknown, about) if about.message().to_lowercase().contains("deadlock") => {
            StoreError::Contended(error.into())
        }
        Error::DatabaseError(
            UniqueViolation | ForeignKeyViolation | NotNullViolation | CheckViolation | ExclusionViolation
            | RestrictViolation,
            about,
        ) => StoreError::corrupt(about.message()),
        Error::DeserializationError(_) | Error::NotFound => StoreError::corrupt(error.to_string()),
        _ => StoreError::unavailable(error),
    }
}
