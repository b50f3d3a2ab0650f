//! A SQLite connection on a thread of its own. The rest of the program hands it closures and awaits what
//! they answer, so that no async thread ever waits for the disk.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use kernel::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::oneshot;

/// What a connection is asked to do.
type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// How much may wait for a connection before new work is refused.
const QUEUE: usize = 4096;

/// How long SQLite itself waits for another process (a command run beside the server).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the data is.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    File(PathBuf),
    Memory,
}

/// A queue of work, served by one or more threads with a connection each. Dropping it ends them.
#[derive(Clone)]
pub(crate) struct Connections(Sender<Work>);

impl Connections {
    /// One connection that writes, after `prepare_schema` has run on it.
    pub(crate) fn writer(
        location: &Location,
        prepare_schema: fn(&mut Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, Failure> {
        let mut connection = match location {
            Location::File(path) => Connection::open(path)?,
            Location::Memory => Connection::open_in_memory()?,
        };
        // WAL, so that readers never wait for the writer; NORMAL, since waiting for the disk is done
        // together: see `flush`.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        prepare(&connection)?;
        prepare_schema(&mut connection)?;
        let (sender, receiver) = bounded(QUEUE);
        serve("sqlite-writer", connection, receiver);
        Ok(Self(sender))
    }

    /// `count` connections that only read.
    pub(crate) fn readers(path: &Path, count: usize) -> rusqlite::Result<Self> {
        let (sender, receiver) = bounded(QUEUE);
        for _ in 0..count {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(path, flags)?;
            prepare(&connection)?;
            serve("sqlite-reader", connection, receiver.clone());
        }
        Ok(Self(sender))
    }

    /// Runs `work` on a connection and answers what it answers. If the caller goes away, work that has
    /// begun is finished and work that has not is skipped.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.submit(Box::new(move |connection| {
            if !reply.is_closed() {
                // The caller may leave at any moment; then nobody wants the answer.
                let _ = reply.send(work(connection));
            }
        }))?;
        answer.await.map_err(StoreError::unavailable)?.map_err(StoreError::from)
    }

    /// Queues `work` whatever becomes of the caller.
    pub(crate) fn submit(&self, work: Work) -> Result<(), StoreError> {
        self.0.try_send(work).map_err(|error| {
            StoreError::unavailable(match error {
                TrySendError::Full(_) => "too many requests wait for SQLite",
                TrySendError::Disconnected(_) => "the SQLite thread has ended",
            })
        })
    }
}

/// What every connection is set to.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Without it SQLite compiles a statement again whenever a bound LIMIT changes, in the hope of a better
    // plan; that takes longer than most of our statements run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    crate::queries::register(connection)
}

/// Starts the thread that owns `connection` and does what comes, until nobody can ask any more.
fn serve(name: &str, mut connection: Connection, work: Receiver<Work>) {
    let run = move || {
        for task in work {
            task(&mut connection);
        }
    };
    if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(run) {
        tracing::error!(%error, "the SQLite thread could not be started");
    }
}

/// Why a closure on a connection failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => error,
            Failure::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Contended(error.into()),
                // What may collide is asked for; any other constraint is one that the caller had to keep.
                Some(ErrorCode::ConstraintViolation) => Self::corrupt(error.to_string()),
                _ if is_a_bad_value(&error) => Self::corrupt(error.to_string()),
                _ => Self::unavailable(error),
            },
        }
    }
}

/// Whether a row held something that its column's type can't be read from.
fn is_a_bad_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
}
