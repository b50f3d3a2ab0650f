//! Opens what the configuration names.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Context;
use application::Environment;
use application::accounts::{TokenLifetimes, TokenMint};
use application::bus::Bus;
use application::queries::NothingShared;
use application::realtime::{Hub, HubLimits};
use auth::Limit;
use chrono::TimeDelta;
use embedded::{LocalBus, LocalPresence, MediaFiles, Sqlite};
use kernel::Clock;
use payment::{SandboxGateway, StandardWebhook};
use secrecy::{ExposeSecret, SecretString};
use system::{
    Argon2Hasher, InProcessRateLimiter, JwtSigner, RandomRefreshTokens, ShiftableClock, SystemClock,
    UuidV7Ids, load_or_create_secret,
};
use url::Url;

use super::health::SqliteHealth;
use super::ports::Ports;
use super::relational::Relational;
use super::session_cache::CachedSessions;
use crate::config::{AppEnv, Config, PaymentsConfig};
use crate::http::health::HealthCheck;

/// The clock of a process under test, which the test moves.
pub type TestClock = Arc<ShiftableClock>;

/// What was opened.
pub struct Opened {
    pub ports: Ports,
    pub clock: Arc<dyn Clock>,
    /// Only where `APP_ENV=test`.
    pub test_clock: Option<TestClock>,
    /// The files that are served by signed URLs.
    pub media_files: Arc<MediaFiles>,
    /// What readiness depends on.
    pub health: Vec<Arc<dyn HealthCheck>>,
}

/// How many hashes may wait for a core before log-ins are told to come back.
const HASHING_PATIENCE: Duration = Duration::from_secs(10);
/// How many accounts and addresses the rate limits remember.
const RATE_LIMIT_KEYS: usize = 100_000;

/// Opens the stores and puts an adapter behind every port. `public_url` is what clients reach us by.
pub fn open(config: &Config, public_url: &Url) -> anyhow::Result<Opened> {
    let data = &config.stores.data_dir;
    std::fs::create_dir_all(data).with_context(|| format!("DATA_DIR {}", data.display()))?;
    let test_clock = match config.environment {
        AppEnv::Test => Some(test_clock(config)?),
        AppEnv::Development | AppEnv::Production => None,
    };
    let clock: Arc<dyn Clock> = match &test_clock {
        Some(clock) => clock.clone(),
        None => Arc::new(SystemClock),
    };
    let environment = Environment::new(Arc::clone(&clock), Arc::new(UuidV7Ids));
    let store = Sqlite::open(&data.join("goforme.sqlite3"))
        .with_context(|| format!("the database in DATA_DIR {}", data.display()))?;
    let secret = signing_secret(config)?;
    let media_files = MediaFiles::open_folder(&data.join("media"), public_url.as_str(), &secret)
        .with_context(|| format!("the media folder in DATA_DIR {}", data.display()))?;
    let media_files = Arc::new(media_files);
    let health: Vec<Arc<dyn HealthCheck>> = vec![Arc::new(SqliteHealth(store.clone()))];
    let ports = ports(config, environment, store, &secret, Arc::clone(&media_files))?;
    Ok(Opened { ports, clock, test_clock, media_files, health })
}

fn test_clock(config: &Config) -> anyhow::Result<TestClock> {
    let ahead = TimeDelta::from_std(config.test_clock_ahead).context("TEST_CLOCK_AHEAD")?;
    Ok(Arc::new(ShiftableClock::new(ahead)))
}

/// What tokens and media links are signed with.
fn signing_secret(config: &Config) -> anyhow::Result<SecretString> {
    if let Some(secret) = &config.tokens.secret {
        return Ok(secret.clone());
    }
    let path = config.stores.data_dir.join("jwt-secret");
    load_or_create_secret(&path).with_context(|| format!("the signing secret {}", path.display()))
}

fn ports(
    config: &Config,
    environment: Environment,
    store: Sqlite,
    secret: &SecretString,
    media_files: Arc<MediaFiles>,
) -> anyhow::Result<Ports> {
    let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let shared = Arc::new(store.clone());
    let mint = TokenMint {
        signer: Arc::new(JwtSigner::new(secret)),
        generator: Arc::new(RandomRefreshTokens),
        lifetimes: TokenLifetimes {
            access: TimeDelta::from_std(config.tokens.access_ttl).context("ACCESS_TOKEN_TTL")?,
            refresh: TimeDelta::from_std(config.tokens.refresh_ttl).context("REFRESH_TOKEN_TTL")?,
        },
    };
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::default());
    let presence = Arc::new(LocalPresence::default());
    let limits = HubLimits { per_user: config.realtime.connections_per_user, ..HubLimits::default() };
    let hub = Hub::new(presence, Arc::clone(&bus), environment.clone(), limits);
    Ok(Ports {
        environment,
        relational: Relational::Embedded(store.clone()),
        users: shared.clone(),
        sessions: Arc::new(CachedSessions::new(shared.clone())),
        payments: shared.clone(),
        ledger_audit: shared.clone(),
        user_queries: shared.clone(),
        maker_queries: shared.clone(),
        plan_queries: shared.clone(),
        quote_queries: shared.clone(),
        review_queries: shared.clone(),
        point_queries: shared.clone(),
        views: Arc::new(NothingShared),
        rooms: shared.clone(),
        messages: shared.clone(),
        notifications: shared.clone(),
        media: media_files,
        gateway: Arc::new(SandboxGateway::new(store)),
        webhooks: Arc::new(StandardWebhook::new(webhook_secrets(config))?),
        hasher: Arc::new(Argon2Hasher::new(cores, HASHING_PATIENCE)),
        mint,
        rate_limiter: Arc::new(InProcessRateLimiter::new(RATE_LIMIT_KEYS)),
        message_limit: Limit { count: config.realtime.messages_in_10_s, window: TimeDelta::seconds(10) },
        hub,
        socket_io: config.realtime.socket_io,
        bus,
        feed: shared.clone(),
        queue: shared.clone(),
        runs: shared,
    })
}

/// The sandbox calls nobody, so without PortOne no webhook is genuine.
fn webhook_secrets(config: &Config) -> Vec<&str> {
    match &config.payments {
        PaymentsConfig::Sandbox => Vec::new(),
        PaymentsConfig::PortOne(portone) => vec![portone.webhook_secret.expose_secret()],
    }
}
