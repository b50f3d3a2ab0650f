//! `goforme stats`.

use clap::Subcommand;
use indicatif::ProgressBar;

use crate::wiring::Opened;

/// What can be done with makers' statistics.
#[derive(Subcommand)]
pub(super) enum Stats {
    /// Counts every maker's statistics again from the facts, and says whose were off.
    Rebuild,
}

impl Stats {
    pub(super) async fn run(self, opened: &Opened) -> anyhow::Result<()> {
        match self {
            Self::Rebuild => rebuild(opened).await,
        }
    }
}

async fn rebuild(opened: &Opened) -> anyhow::Result<()> {
    let bar = ProgressBar::new_spinner().with_message("counting");
    let outcome = opened.ports.count_stats().rebuild_all(&|done| bar.set_position(done)).await;
    bar.finish_and_clear();
    let (makers, off) = outcome.map_err(|error| anyhow::anyhow!("{error}"))?;
    for maker in &off {
        println!("the statistics of maker {maker} were off");
    }
    println!("{makers} makers counted, {} were off", off.len());
    Ok(())
}
