//! How the database is reached, and how long anything about it may take.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// How the database is reached, and how long anything about it may take.
///
/// A request waits for a connection for `acquire_timeout` at most and for each answer a second longer than
/// `statement_timeout`; whatever takes longer is answered as
/// [`StoreError::Unavailable`](kernel::StoreError::Unavailable).
#[derive(Debug, Clone)]
pub struct PostgresConfig {
    /// `postgres://user:password@host:port/database`. With `?sslmode=require` the connection is encrypted
    /// and the server has to show a certificate for its host name; with anything else it is plain.
    pub url: SecretString,
    /// Whose certificates are trusted, as a PEM file; without it, those whom the system trusts
    /// (`SSL_CERT_FILE` is heeded).
    pub root_certificates: Option<PathBuf>,
    /// How many connections this process opens at most for whatever needs one of its own: transactions, lists, the
    /// background work.
    pub pool_size: usize,
    /// How many it opens for brief reads, which share them and may take a quarter of the time. Beside these it opens
    /// one that waits for wake-up calls.
    pub shared_connections: usize,
    /// How long a request waits for a connection, the opening of a new one included.
    pub acquire_timeout: Duration,
    /// How long a statement may run before the server gives it up.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock before the server gives it up.
    pub lock_timeout: Duration,
    /// How long a transaction may be open with nothing to do before the server ends it. A second net: a
    /// transaction that this process drops is ended at once.
    pub idle_in_transaction_timeout: Duration,
}

impl PostgresConfig {
    /// The database at `url`, with sixteen connections, four more that are shared, and seconds of patience.
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            root_certificates: None,
            pool_size: 16,
            shared_connections: 4,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(15),
        }
    }
}

/// A configuration that can't work.
#[derive(Debug, thiserror::Error)]
pub enum PostgresConfigError {
    /// The address is no address, or has an option that is not known.
    #[error("the address of the database can't be understood")]
    Url(#[source] tokio_postgres::Error),
    /// The file with the trusted certificates can't be read.
    #[error("the trusted certificates can't be read")]
    RootCertificates(#[source] rustls::pki_types::pem::Error),
    /// There is nobody whose certificates are trusted, but the address asks for them.
    #[error("sslmode=require needs certificates to trust, and there are none")]
    NoRootCertificates,
    /// The TLS library refuses to work.
    #[error("TLS can't be set up")]
    Tls(#[source] rustls::Error),
    /// There would be no connection to work with.
    #[error("there has to be at least one connection of each kind")]
    EmptyPool,
}
