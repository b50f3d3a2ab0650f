//! Opening connections, plain or with TLS, and giving them up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use secrecy::ExposeSecret;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::{CancelToken, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::task::AbortOnDropHandle;

use crate::config::{PostgresConfig, PostgresConfigError};

/// How long asking the server to stop a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Which part of the time that a statement may take otherwise it may take where others wait for it.
const BRIEF: u32 = 4;

/// Opens connections to one database.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// What a connection that answers requests is set to.
    settings: Arc<str>,
    /// What one is set to that others wait for.
    brief_settings: Arc<str>,
}

impl Connector {
    pub(crate) fn new(config: &PostgresConfig) -> Result<Self, PostgresConfigError> {
        let mut address: Config = config.url.expose_secret().parse().map_err(PostgresConfigError::Url)?;
        let tls = if address.get_ssl_mode() == SslMode::Require {
            Some(tls(config)?)
        } else {
            // Encryption that an eavesdropper can switch off protects from little, and where it is only
            // preferred, servers have certificates that nobody can check.
            address.ssl_mode(SslMode::Disable);
            None
        };
        if address.get_application_name().is_none() {
            address.application_name("goforme");
        }
        // A host that has vanished from the network is noticed by its silence.
        address.connect_timeout(config.acquire_timeout).tcp_user_timeout(config.statement_timeout);
        address.keepalives_idle(Duration::from_secs(30)).keepalives_interval(Duration::from_secs(10));
        let brief = PostgresConfig {
            statement_timeout: config.statement_timeout / BRIEF,
            lock_timeout: config.lock_timeout / BRIEF,
            ..config.clone()
        };
        let (settings, brief_settings) = (settings(config).into(), settings(&brief).into());
        Ok(Self { config: address, tls, settings, brief_settings })
    }

    /// A connection for requests: everything it does has a time limit.
    pub(crate) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let mut connection = self.connect_without_limits().await?;
        set(&mut connection, &self.settings).await?;
        Ok(connection)
    }

    /// A connection for requests that is driven by a task of ours. Diesel's listens for the connection's end
    /// with each statement, which costs more than a small one.
    pub(crate) async fn connect_driven(&self) -> ConnectionResult<Driven> {
        let (client, driver) = if let Some(tls) = &self.tls {
            let (client, connection) =
                self.config.connect(tls.clone()).await.map_err(|error| refused(&error))?;
            (client, tokio::spawn(drive(connection)))
        } else {
            let (client, connection) = self.config.connect(NoTls).await.map_err(|error| refused(&error))?;
            (client, tokio::spawn(drive(connection)))
        };
        let driver = AbortOnDropHandle::new(driver);
        let mut connection = AsyncPgConnection::try_from(client).await?;
        set(&mut connection, &self.brief_settings).await?;
        Ok(Driven { connection, runtime: Handle::current(), driver, is_given_up: AtomicBool::new(false) })
    }

    /// A connection whose statements may take as long as they need.
    pub(crate) async fn connect_without_limits(&self) -> ConnectionResult<AsyncPgConnection> {
        if let Some(tls) = &self.tls {
            let (client, connection) =
                self.config.connect(tls.clone()).await.map_err(|error| refused(&error))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await
        } else {
            let (client, connection) = self.config.connect(NoTls).await.map_err(|error| refused(&error))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await
        }
    }

    /// Closes a connection in the middle of something, and tells the server to stop what it is doing for
    /// it: a statement that waits for a lock would not notice otherwise, and keep the locks it has.
    pub(crate) fn abandon(&self, connection: AsyncPgConnection) {
        let token = connection.cancel_token();
        drop(connection);
        if let Ok(runtime) = Handle::try_current() {
            let tls = self.tls.clone();
            runtime.spawn(async move {
                match timeout(CANCEL_TIMEOUT, cancel(token, tls)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::debug!(%error, "a statement could not be cancelled"),
                    Err(_) => tracing::debug!("cancelling a statement took too long"),
                }
            });
        }
    }
}

/// A connection, and the task that moves what is said over it. It is closed when it's dropped.
pub(crate) struct Driven {
    pub(crate) connection: AsyncPgConnection,
    /// Where the task runs: with whoever opened the connection.
    pub(crate) runtime: Handle,
    driver: AbortOnDropHandle<()>,
    is_given_up: AtomicBool,
}

impl Driven {
    /// Leaves it to those who are waiting for it already.
    pub(crate) fn give_up(&self) {
        if !self.is_given_up.swap(true, Ordering::Relaxed) {
            tracing::warn!("a connection to the database answers too late and is replaced");
        }
    }

    /// Whether nothing more shall be said over it.
    pub(crate) fn is_over(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed) || self.driver.is_finished()
    }
}

async fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(error = %describe(&error), "a connection to the database broke");
    }
}

fn refused(error: &tokio_postgres::Error) -> ConnectionError {
    ConnectionError::BadConnection(describe(error))
}

async fn set(connection: &mut AsyncPgConnection, settings: &str) -> ConnectionResult<()> {
    connection.batch_execute(settings).await.map_err(ConnectionError::CouldntSetupConfiguration)
}

async fn cancel(token: CancelToken, tls: Option<MakeRustlsConnect>) -> Result<(), tokio_postgres::Error> {
    match tls {
        Some(tls) => token.cancel_query(tls).await,
        None => token.cancel_query(NoTls).await,
    }
}

/// The error with its causes: by itself it says no more than "error connecting to server".
fn describe(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// How statements are planned: once for each connection and for whatever values, and never compiled. Either
/// takes longer than most of ours run; they are written so that one plan fits all values.
pub(crate) const PLANNING: [(&str, &str); 2] = [("plan_cache_mode", "force_generic_plan"), ("jit", "off")];

fn settings(config: &PostgresConfig) -> String {
    let PostgresConfig { statement_timeout, lock_timeout, idle_in_transaction_timeout, .. } = config;
    let limits = format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}",
        statement_timeout.as_millis(),
        lock_timeout.as_millis(),
        idle_in_transaction_timeout.as_millis(),
    );
    PLANNING.iter().fold(limits, |settings, (name, value)| format!("{settings}; SET {name} = {value}"))
}

fn tls(config: &PostgresConfig) -> Result<MakeRustlsConnect, PostgresConfigError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(PostgresConfigError::Tls)?
        .with_root_certificates(root_certificates(config)?)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(client))
}

fn root_certificates(config: &PostgresConfig) -> Result<RootCertStore, PostgresConfigError> {
    let certificates = if let Some(file) = &config.root_certificates {
        CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect)
            .map_err(PostgresConfigError::RootCertificates)?
    } else {
        let found = rustls_native_certs::load_native_certs();
        for error in found.errors {
            tracing::warn!(%error, "some of the system's certificates can't be read");
        }
        found.certs
    };
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(certificates);
    if trusted.is_empty() { Err(PostgresConfigError::NoRootCertificates) } else { Ok(trusted) }
}
