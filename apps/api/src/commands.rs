//! The command line: one file for each subcommand.

mod admin;
mod jobs;
mod ledger;
mod migrate;
mod openapi;
mod seed;
mod serve;
mod stats;
mod worker;

use clap::{Parser, Subcommand};

use crate::config::{Config, Process};
use crate::logging;
use crate::wiring::{Opened, open};

/// The back end of Goforme, a marketplace for trips.
#[derive(Parser)]
#[command(version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Worker(worker::WorkerCommand),
    Migrate(migrate::Migrate),
    /// Checks the coconuts' books; beside a running server too.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Shows and retries the jobs that follow from events.
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Makers' statistics.
    #[command(subcommand)]
    Stats(stats::Stats),
    Seed(seed::Seed),
    /// Prints the OpenAPI document.
    Openapi,
}

impl Arguments {
    /// Does what was asked for.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command.unwrap_or_else(|| Command::Serve(serve::Serve::default())) {
            Command::Serve(command) => command.run().await,
            Command::Worker(command) => command.run().await,
            Command::Migrate(command) => command.run().await,
            Command::Ledger(command) => command.run(&opened().await?).await,
            Command::Jobs(command) => command.run(&opened().await?).await,
            Command::Stats(command) => command.run(&opened().await?).await,
            Command::Seed(command) => command.run().await,
            Command::Openapi => openapi::run(),
        }
    }
}

/// The configured stores, for a command that is over soon.
async fn opened() -> anyhow::Result<Opened> {
    let config = Config::load(Process::Serve)?;
    logging::start_quietly()?;
    let public_url = config.http.public_url(config.http.address)?;
    open(&config, &public_url).await
}
