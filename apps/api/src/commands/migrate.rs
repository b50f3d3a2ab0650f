//! `goforme migrate`.

use anyhow::{Context, bail};
use clap::Args;

use crate::config::{Config, Process};
use crate::logging;
use crate::wiring::{Relational, Stores};

/// Brings the PostgreSQL database to the newest schema; with the embedded store that happens by itself.
///
/// Before a new version of `serve` and `worker` is started, which refuse an older schema. Several at once
/// do no harm: one does it, the others wait.
#[derive(Args)]
pub(super) struct Migrate {
    /// Only lists what is missing, and exits with 1 if anything is.
    #[arg(long)]
    check: bool,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(Process::Serve)?;
        logging::start_quietly()?;
        if config.stores.postgres.is_none() {
            bail!("DATABASE_URL is not set: there is nothing to migrate");
        }
        let stores = Stores::open(&config.stores).await?;
        let Relational::Postgres(postgres) = &stores.relational else { return Ok(()) };
        if self.check {
            let pending = postgres.pending_migrations().await.context("the database can't be asked")?;
            for step in &pending {
                println!("{step} is missing");
            }
            if !pending.is_empty() {
                bail!("the database lacks {} migrations", pending.len());
            }
        } else {
            for step in postgres.migrate().await.context("the database could not be migrated")? {
                println!("{step} was run");
            }
        }
        println!("the schema is up to date");
        Ok(())
    }
}
