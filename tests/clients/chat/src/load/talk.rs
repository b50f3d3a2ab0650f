//! `goforme-chat load talk`: messages at one rate.

use std::time::Duration;

use anyhow::ensure;
use clap::{Args, value_parser};

use super::Target;
use super::crew::Crew;
use super::pace::Pace;

/// How much to say.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// Messages a second, over all connections
    #[arg(long, default_value_t = 1000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// For how many seconds, the warm-up included
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u64).range(1..))]
    seconds: u64,
    /// For how many seconds latencies are not measured yet
    #[arg(long, default_value_t = 3)]
    warm_up: u64,
}

/// Talks, and tells how it went.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let Options { target, rate, seconds, warm_up } = options;
    let crew = Crew::gather(&target).await?;
    let pace = Pace { rate, lasts: Duration::from_secs(seconds) };
    let report = crew.talk(pace, Duration::from_secs(warm_up)).await?;
    target.print(&report)?;
    ensure!(report.faults.is_none(), "{}", report.faults);
    Ok(())
}
