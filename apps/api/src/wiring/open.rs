//! Opens what the configuration names.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::{Context, bail};
use application::Environment;
use application::accounts::{TokenLifetimes, TokenMint};
use application::bus::Bus;
use application::realtime::{Hub, HubLimits};
use auth::Limit;
use chrono::TimeDelta;
use embedded::MediaFiles;
use kernel::Clock;
use payment::{PaymentGateway, StandardWebhook};
use secrecy::SecretString;
use system::{
    Argon2Hasher, JwtSigner, RandomRefreshTokens, ShiftableClock, SystemClock, UuidV7Ids,
    load_or_create_secret,
};
use url::Url;

use super::nodes::Nodes;
use super::ports::Ports;
use super::session_cache::{CachedSessions, PromptBus};
use super::stores::Stores;
use crate::config::{AppEnv, Config, PaymentsConfig};

/// The clock of a process under test, which the test moves.
pub type TestClock = Arc<ShiftableClock>;

/// What was opened.
pub struct Opened {
    pub ports: Ports,
    pub stores: Stores,
    pub clock: Arc<dyn Clock>,
    /// Only where `APP_ENV=test`.
    pub test_clock: Option<TestClock>,
    /// The files that are served by signed URLs.
    pub media_files: Arc<MediaFiles>,
}

/// How many hashes may wait for a core before log-ins are told to come back.
const HASHING_PATIENCE: Duration = Duration::from_secs(10);

/// Opens the stores and puts an adapter behind every port. `public_url` is what clients reach us by.
pub async fn open(config: &Config, public_url: &Url) -> anyhow::Result<Opened> {
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
    let stores = Stores::open(&config.stores).await?;
    let secret = signing_secret(config)?;
    let media_files = MediaFiles::open_folder(&data.join("media"), public_url.as_str(), &secret)
        .with_context(|| format!("the media folder in DATA_DIR {}", data.display()))?;
    let media_files = Arc::new(media_files);
    let ports = ports(config, environment, &stores, &secret, Arc::clone(&media_files))?;
    Ok(Opened { ports, stores, clock, test_clock, media_files })
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
    if config.stores.redis.is_some() {
        tracing::warn!(
            "JWT_SECRET is not set: nodes with another DATA_DIR don't accept each other's tokens and links"
        );
    }
    let path = config.stores.data_dir.join("jwt-secret");
    load_or_create_secret(&path).with_context(|| format!("the signing secret {}", path.display()))
}

fn ports(
    config: &Config,
    environment: Environment,
    stores: &Stores,
    secret: &SecretString,
    media_files: Arc<MediaFiles>,
) -> anyhow::Result<Ports> {
    let (store, documents) = (stores.relational.ports(), stores.documents.ports());
    let nodes = match &stores.redis {
        Some(redis) => Nodes::through(redis, environment.ids().next_uuid(), &store),
        None => Nodes::alone(&store),
    };
    let sessions = Arc::new(CachedSessions::new(store.sessions));
    let bus: Arc<dyn Bus> = Arc::new(PromptBus { bus: nodes.bus, sessions: Arc::clone(&sessions) });
    let limits = HubLimits { per_user: config.realtime.connections_per_user, ..HubLimits::default() };
    let hub = Hub::new(nodes.presence, Arc::clone(&bus), environment.clone(), limits);
    let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Ok(Ports {
        environment,
        relational: stores.relational.clone(),
        users: store.users,
        sessions,
        payments: store.payments,
        ledger_audit: store.ledger_audit,
        user_queries: store.user_queries,
        maker_queries: nodes.maker_queries,
        plan_queries: nodes.plan_queries,
        quote_queries: store.quote_queries,
        review_queries: store.review_queries,
        point_queries: store.point_queries,
        views: nodes.views,
        rooms: documents.rooms,
        messages: documents.messages,
        notifications: documents.notifications,
        media: media_files,
        gateway: gateway(config, store.sandbox)?,
        // The sandbox calls nobody, so no webhook is genuine.
        webhooks: Arc::new(StandardWebhook::new(Vec::new())?),
        hasher: Arc::new(Argon2Hasher::new(cores, HASHING_PATIENCE)),
        mint: token_mint(config, secret)?,
        rate_limiter: nodes.rate_limiter,
        message_limit: Limit { count: config.realtime.messages_in_10_s, window: TimeDelta::seconds(10) },
        hub,
        socket_io: config.realtime.socket_io,
        bus,
        feed: store.feed,
        queue: nodes.queue,
        runs: store.runs,
    })
}

fn token_mint(config: &Config, secret: &SecretString) -> anyhow::Result<TokenMint> {
    Ok(TokenMint {
        signer: Arc::new(JwtSigner::new(secret)),
        generator: Arc::new(RandomRefreshTokens),
        lifetimes: TokenLifetimes {
            access: TimeDelta::from_std(config.tokens.access_ttl).context("ACCESS_TOKEN_TTL")?,
            refresh: TimeDelta::from_std(config.tokens.refresh_ttl).context("REFRESH_TOKEN_TTL")?,
        },
    })
}

/// Whoever asks for completion in the sandbox has paid, so it never stands in for a provider that was asked for.
fn gateway(config: &Config, sandbox: Arc<dyn PaymentGateway>) -> anyhow::Result<Arc<dyn PaymentGateway>> {
    match config.payments {
        PaymentsConfig::Sandbox => Ok(sandbox),
        PaymentsConfig::PortOne(_) => bail!("PORTONE_API_SECRET: payments through PortOne can't be made yet"),
    }
}
