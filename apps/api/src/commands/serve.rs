//! `goforme serve`.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use embedded::DataDirLock;
use url::Url;

use super::admin::{AdminPort, stop_when_told};
use crate::config::{Config, Process};
use crate::http::chat::upload::UploadFolder;
use crate::http::extract::{BodyLimits, TrustedProxies};
use crate::http::server;
use crate::http::state::{AppState, HttpSettings};
use crate::logging;
use crate::wiring::{Opened, open};

/// Answers clients until it's told to stop (SIGINT, SIGTERM). The default.
///
/// It does the background work too, unless `DATABASE_URL`, `MONGODB_URI` and `REDIS_URL` are all set: then
/// `goforme worker` does.
#[derive(Args, Default)]
pub(super) struct Serve {
    /// Brings a PostgreSQL database to the newest schema first, as `goforme migrate` does.
    #[arg(long)]
    migrate: bool,
}

/// No upload takes that long: what was not added to for as long was left by a node that died.
const UPLOADS_TAKE: Duration = Duration::from_hours(1);

impl Serve {
    /// Serves until told to stop, then finishes what is under way.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(Process::Serve)?;
        logging::start(config.environment)?;
        // One process at a time serves from the embedded store; held until the end.
        let lock = config.stores.uses_embedded_store().then(|| DataDirLock::take(&config.stores.data_dir));
        let lock = lock.transpose().context("DATA_DIR")?;
        let admin = AdminPort::bind(&config.http)?;
        let listener = server::listen(config.http.address).context("HTTP_ADDR")?;
        let public_url = config.http.public_url(listener.local_addr()?)?;
        let opened = open(&config, &public_url).await?;
        opened.stores.prepare(self.migrate).await?;
        let uploads_take = if lock.is_some() { Duration::ZERO } else { UPLOADS_TAKE };
        opened.media_files.discard_unfinished_uploads(uploads_take)?;
        let state = state(&opened, settings(&config, public_url));
        let shutdown = state.shutdown.clone();
        let admin = admin.serve(state.clone(), opened.test_clock.clone(), &config.http)?;
        let api = server::api(state, listener.try_clone()?, config.http.workers)?;
        tokio::spawn(Arc::clone(&opened.ports.hub).run());
        tokio::spawn(Arc::clone(&opened.ports.sessions).listen(opened.ports.bus.subscribe()));
        announce(&config, &listener)?;
        // Not before: a start that fails leaves nothing half done.
        let background = (!opened.stores.are_all_servers())
            .then(|| tokio::spawn(opened.ports.worker().run(shutdown.clone())));
        // The server has its own. While it finishes, nobody new shall be kept waiting in line at this one.
        drop(listener);
        stop_when_told(shutdown);
        api.await?;
        if let Some(background) = background {
            background.await?;
        }
        admin.stop().await?;
        opened.ports.bus.close().await;
        opened.stores.close().await;
        drop(lock);
        tracing::info!("stopped");
        Ok(())
    }
}

/// How the HTTP side is set up.
pub(super) fn settings(config: &Config, public_url: Url) -> HttpSettings {
    HttpSettings {
        public_url,
        cors_origins: config.http.cors_origins.clone(),
        trusted_proxies: TrustedProxies(config.http.trusted_proxies.clone()),
        body: BodyLimits::default(),
    }
}

fn state(opened: &Opened, settings: HttpSettings) -> AppState {
    let state = state_without_use_cases(opened, settings);
    let uploads = UploadFolder(opened.media_files.incoming());
    opened.ports.provide_to(state).provide(Arc::clone(&opened.media_files)).provide(uploads)
}

/// What the admin port needs.
pub(super) fn state_without_use_cases(opened: &Opened, settings: HttpSettings) -> AppState {
    let authenticate = Arc::new(opened.ports.authenticate());
    let ids = opened.ports.environment.shared_ids();
    let state = AppState::new(Arc::clone(&opened.clock), ids, authenticate, settings);
    opened.stores.health().into_iter().fold(state, AppState::check)
}

/// Says, where a person and where a program looks, that requests are answered from now on.
fn announce(config: &Config, listener: &TcpListener) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    server::announce(address, config.http.address_file.as_deref()).context("HTTP_ADDR_FILE")?;
    tracing::info!(http.address = %address, environment = %config.environment, "goforme serves");
    Ok(())
}
