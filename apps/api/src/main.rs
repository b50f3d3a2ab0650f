//! The entry point of `goforme`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use auth::{AccessClaims, TokenError};
use clap::{Parser, Subcommand};
use goforme_api::config::{Config, Process};
use goforme_api::http::extract::{Authenticate, BodyLimits, TrustedProxies};
use goforme_api::http::server::{self, told_to_stop};
use goforme_api::http::state::{AppState, HttpSettings};
use goforme_api::{http, logging};
use system::{SystemClock, UuidV7Ids};
use tokio_util::sync::CancellationToken;

/// The back end of Goforme.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers clients until it is told to stop (SIGINT, SIGTERM).
    Serve,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line for whoever started us, also where RUST_BACKTRACE is set.
            eprintln!("goforme: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve => {
            let config = Config::load(Process::Serve)?;
            logging::start(config.environment)?;
            serve(config).await
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let recorded = http::metrics::builder()?.install_recorder()?;
    let listener =
        server::listen(config.http.address, config.http.address_file.as_deref()).context("HTTP_ADDR")?;
    let admin_file = config.http.admin_address_file.as_deref();
    let admin_listener = server::listen(config.http.admin_address, admin_file).context("ADMIN_ADDR")?;
    let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
    let settings = HttpSettings {
        public_url: config.http.public_url(address)?,
        cors_origins: config.http.cors_origins.clone(),
        trusted_proxies: TrustedProxies(config.http.trusted_proxies.clone()),
        body: BodyLimits::default(),
    };
    let state = AppState::new(Arc::new(SystemClock), Arc::new(UuidV7Ids), Arc::new(NobodyYet), settings);

    let (shutdown, admin_shutdown) = (state.shutdown.clone(), CancellationToken::new());
    let admin = tokio::spawn(server::admin(state.clone(), recorded, admin_listener, admin_shutdown.clone())?);
    let api = server::api(state, listener, config.http.workers)?;
    tracing::info!(http.address = %address, admin.address = %admin_address, environment = %config.environment, "goforme serves");
    tokio::spawn(async move {
        if let Err(error) = told_to_stop().await {
            tracing::error!(%error, "signals can't be heard; stopping");
        }
        tracing::info!("stopping: no new requests, the present ones are finished");
        shutdown.cancel();
    });
    api.await?;
    // Operators can watch the others finish.
    admin_shutdown.cancel();
    admin.await??;
    tracing::info!("stopped");
    Ok(())
}

/// As long as nobody can log in, no token is valid.
struct NobodyYet;

#[async_trait]
impl Authenticate for NobodyYet {
    async fn authenticate(&self, _: &str) -> Result<AccessClaims, application::Error> {
        Err(TokenError::Invalid.into())
    }
}
