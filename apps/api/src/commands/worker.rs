//! `goforme worker`.

use anyhow::bail;
use clap::Args;

use super::admin::{AdminPort, stop_when_told};
use super::serve::{settings, state_without_use_cases};
use crate::config::{Config, Process};
use crate::logging;
use crate::wiring::open;

/// Does the background work of `serve` nodes, until it's told to stop (SIGINT, SIGTERM): relays events, does
/// the jobs that follow from them, keeps the daily schedule, asks about payments that nobody completed.
///
/// Needs `DATABASE_URL`: with the embedded store `serve` does all that itself. Any number may run at once.
#[derive(Args)]
pub(super) struct WorkerCommand {
    /// Brings the database to the newest schema first, as `goforme migrate` does.
    #[arg(long)]
    migrate: bool,
}

impl WorkerCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(Process::Worker)?;
        if config.stores.postgres.is_none() {
            bail!(
                "DATABASE_URL is not set: with the embedded store `goforme serve` does the work of a worker"
            );
        }
        logging::start(config.environment)?;
        let admin = AdminPort::bind(&config.http)?;
        let public_url = config.http.public_url(config.http.address)?;
        let opened = open(&config, &public_url).await?;
        opened.stores.prepare(self.migrate).await?;
        if opened.stores.are_all_servers() {
            tracing::info!("the worker shares its stores with every node");
        } else {
            tracing::warn!(
                "without MONGODB_URI and REDIS_URL, `goforme serve` does the background work too, and its \
                 clients hear of what this worker does only when they look"
            );
        }
        let state = state_without_use_cases(&opened, settings(&config, public_url));
        let shutdown = state.shutdown.clone();
        let admin = admin.serve(state, opened.test_clock.clone(), &config.http)?;
        tracing::info!(environment = %config.environment, "goforme works");
        stop_when_told(shutdown.clone());
        opened.ports.worker().run(shutdown).await;
        admin.stop().await?;
        opened.ports.bus.close().await;
        opened.stores.close().await;
        tracing::info!("stopped");
        Ok(())
    }
}
