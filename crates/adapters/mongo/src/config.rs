//! How the server is reached, and how long anything about it may take.

use std::time::Duration;

use secrecy::SecretString;

/// How the server is reached, and how long anything about it may take.
///
/// A request waits for `operation_timeout` at most for each thing it asks of the server, of which there are
/// up to four; whatever takes longer is answered as
/// [`StoreError::Unavailable`](kernel::StoreError::Unavailable).
#[derive(Debug, Clone)]
pub struct MongoConfig {
    /// `mongodb://user:password@host:port/?options` or `mongodb+srv://…`. What it says about timeouts, read
    /// and write concerns goes before what is said here.
    pub uri: SecretString,
    /// The database in which everything is.
    pub database: String,
    /// How long opening a connection may take; also, how soon a server that hangs is noticed.
    pub connect_timeout: Duration,
    /// How long a request waits for a server that takes writes, for instance while a new one is elected.
    pub server_selection_timeout: Duration,
    /// How long a request waits for an answer, the two above included.
    pub operation_timeout: Duration,
}

impl MongoConfig {
    /// The database of this name at `uri`, with seconds of patience.
    pub fn new(uri: SecretString, database: impl Into<String>) -> Self {
        Self {
            uri,
            database: database.into(),
            connect_timeout: Duration::from_secs(2),
            server_selection_timeout: Duration::from_secs(2),
            operation_timeout: Duration::from_secs(3),
        }
    }
}

/// A configuration that can't work.
#[derive(Debug, thiserror::Error)]
pub enum MongoConfigError {
    /// The address is no address, or has an option that is not known.
    #[error("the address of the MongoDB server can't be understood")]
    Uri(#[source] mongodb::error::Error),
    /// No database can be called that.
    #[error("{0:?} is no name for a database")]
    Database(String),
}
