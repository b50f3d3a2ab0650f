//! `goforme seed`.

mod calendar;
mod chance;
mod life;
mod moment;
mod notices;
mod people;
mod plot;
mod purse;
mod relational;
mod report;
mod seeder;
mod talk;
#[cfg(test)]
mod tests;
mod trip;
mod words;
mod world;

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use embedded::DataDirLock;
use indicatif::{ProgressBar, ProgressStyle};

use self::seeder::{Seeder, Stores};
use self::world::World;
use crate::config::{AppEnv, Config, Process};
use crate::logging;
use crate::wiring::{Ports, open};

/// The password of every demo account.
const PASSWORD: &str = "goforme-demo";

/// Fills an empty store with a demo world, and prints how to log in.
///
/// At scale 1 that is 10 dreamers and 34 makers in all 17 areas; 50 plans of these days (about half of
/// them PENDING, 10 CONFIRMED, 5 COMPLETED, 10 OVERDUE) with 200 quotes; and 200 past trips, each with its
/// plan, confirmed quote and review: 250 plans, 400 quotes and 200 reviews in all. Confirmed and completed
/// trips have been paid for and have rooms. What was written there and what people were notified of goes
/// 120 days back; rooms of older trips are empty. Larger scales multiply that, except that there are 10 makers a scale from scale 4 on.
///
/// The world is the same for everybody who seeds on the same day (in Seoul) at the same scale, down to
/// ids and texts; trip days are counted from that day. Seeding a store again adds nothing, and completes a
/// world whose writing was interrupted.
#[derive(Args)]
pub(super) struct Seed {
    /// How many times the world of scale 1 to make.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    scale: u32,
}

impl Seed {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = Config::load(Process::Serve)?;
        logging::start_quietly()?;
        if config.environment == AppEnv::Production {
            bail!(
                "the password of the demo accounts is public: they are not opened where APP_ENV=production"
            );
        }
        let lock = config.stores.uses_embedded_store().then(|| DataDirLock::take(&config.stores.data_dir));
        let _lock = lock.transpose().context("stop the server first, or name another DATA_DIR")?;
        let public_url = config.http.public_url(config.http.address)?;
        let opened = open(&config, &public_url).await?;
        opened.stores.prepare(false).await?;
        let dreamers = World::count_of_dreamers(self.scale).into();
        let bar = ProgressBar::new(dreamers).with_style(ProgressStyle::with_template(BAR)?);
        let now = opened.ports.environment.now();
        let report = Seeder::new(stores(&opened.ports)).run(self.scale, now, &|| bar.inc(1)).await;
        bar.finish_and_clear();
        opened.stores.close().await;
        println!("{}", report?);
        Ok(())
    }
}

const BAR: &str = "seeding {wide_bar} {percent} % {eta} left";

fn stores(ports: &Ports) -> Stores {
    Stores {
        transactions: Arc::new(ports.relational.clone()),
        users: Arc::clone(&ports.users),
        rooms: Arc::clone(&ports.rooms),
        messages: Arc::clone(&ports.messages),
        notifications: Arc::clone(&ports.notifications),
        hasher: Arc::clone(&ports.hasher),
        count_stats: ports.count_stats(),
    }
}
