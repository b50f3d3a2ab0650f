//! `goforme serve`.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context;
use embedded::DataDirLock;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Process};
use crate::http::chat::upload::UploadFolder;
use crate::http::extract::{BodyLimits, TrustedProxies};
use crate::http::server::{self, told_to_stop};
use crate::http::state::{AppState, HttpSettings};
use crate::http::{metrics, test_clock};
use crate::logging;
use crate::wiring::{Opened, open};

/// Serves until told to stop, then finishes what is under way.
pub(super) async fn run() -> anyhow::Result<()> {
    let config = Config::load(Process::Serve)?;
    logging::start(config.environment)?;
    // One process at a time writes to the embedded store; held until the end.
    let lock = DataDirLock::take(&config.stores.data_dir).context("DATA_DIR")?;
    let recorded = metrics::builder()?.install_recorder()?;
    tokio::spawn(metrics::keep_small(recorded.clone()));
    let listener = server::listen(config.http.address).context("HTTP_ADDR")?;
    let admin_listener = server::listen(config.http.admin_address).context("ADMIN_ADDR")?;
    let public_url = config.http.public_url(listener.local_addr()?)?;
    let opened = open(&config, &public_url)?;
    opened.media_files.discard_unfinished_uploads(&lock)?;
    let settings = HttpSettings {
        public_url,
        cors_origins: config.http.cors_origins.clone(),
        trusted_proxies: TrustedProxies(config.http.trusted_proxies.clone()),
        body: BodyLimits::default(),
    };
    let state = state(&opened, settings);
    let (shutdown, admin_shutdown) = (state.shutdown.clone(), CancellationToken::new());
    let admin_extra = opened.test_clock.clone().map(test_clock::endpoints).unwrap_or_default();
    let admin = server::admin(
        state.clone(),
        recorded,
        admin_listener.try_clone()?,
        admin_shutdown.clone(),
        admin_extra,
    )?;
    let admin = tokio::spawn(admin);
    let api = server::api(state, listener.try_clone()?, config.http.workers)?;
    let worker = tokio::spawn(opened.ports.worker().run(shutdown.clone()));
    tokio::spawn(Arc::clone(&opened.ports.hub).run());
    announce(&config, &listener, &admin_listener)?;
    // The servers have their own. While they finish, nobody new shall be kept waiting in line at these.
    drop((listener, admin_listener));
    stop_when_told(shutdown);
    api.await?;
    worker.await?;
    // Operators can watch the others finish.
    admin_shutdown.cancel();
    admin.await??;
    drop(lock);
    tracing::info!("stopped");
    Ok(())
}

fn state(opened: &Opened, settings: HttpSettings) -> AppState {
    let authenticate = Arc::new(opened.ports.authenticate());
    let ids = opened.ports.environment.shared_ids();
    let state = AppState::new(Arc::clone(&opened.clock), ids, authenticate, settings);
    let state = opened.health.iter().cloned().fold(state, AppState::check);
    let uploads = UploadFolder(opened.media_files.incoming());
    opened.ports.provide_to(state).provide(Arc::clone(&opened.media_files)).provide(uploads)
}

/// Says, where a person and where a program looks, that requests are answered from now on.
fn announce(config: &Config, listener: &TcpListener, admin: &TcpListener) -> anyhow::Result<()> {
    let (address, admin_address) = (listener.local_addr()?, admin.local_addr()?);
    server::announce(address, config.http.address_file.as_deref()).context("HTTP_ADDR_FILE")?;
    server::announce(admin_address, config.http.admin_address_file.as_deref()).context("ADMIN_ADDR_FILE")?;
    tracing::info!(http.address = %address, admin.address = %admin_address, environment = %config.environment, "goforme serves");
    Ok(())
}

fn stop_when_told(shutdown: CancellationToken) {
    tokio::spawn(async move {
        if let Err(error) = told_to_stop().await {
            tracing::error!(%error, "signals can't be heard; stopping");
        }
        tracing::info!("stopping: no new requests, the present ones are finished");
        shutdown.cancel();
    });
}
