//! The command line: one file for each subcommand.

mod jobs;
mod ledger;
mod openapi;
mod seed;
mod serve;
mod stats;

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
    /// Answers clients until it's told to stop (SIGINT, SIGTERM). The default. With the embedded store it
    /// also does the background work.
    Serve,
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
        match self.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run().await,
            Command::Ledger(command) => command.run(&opened()?).await,
            Command::Jobs(command) => command.run(&opened()?).await,
            Command::Stats(command) => command.run(&opened()?).await,
            Command::Seed(command) => command.run().await,
            Command::Openapi => openapi::run(),
        }
    }
}

/// The configured stores, for a command that is over soon.
fn opened() -> anyhow::Result<Opened> {
    let config = Config::load(Process::Serve)?;
    logging::start_quietly()?;
    let public_url = config.http.public_url(config.http.address)?;
    open(&config, &public_url)
}
