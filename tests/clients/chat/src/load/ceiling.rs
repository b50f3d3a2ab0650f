//! `goforme-chat load ceiling`: higher and higher rates, until messages come too late.

use std::fmt;
use std::time::Duration;

use anyhow::ensure;
use clap::{Args, value_parser};
use serde::Serialize;

use super::Target;
use super::crew::Crew;
use super::pace::Pace;
use super::report::Report;

/// How to climb.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// The first rate, in messages a second over all connections
    #[arg(long, default_value_t = 1000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    from: u32,
    /// By how many per cent each rate is higher than the one before
    #[arg(long, default_value_t = 15, value_parser = value_parser!(u32).range(1..=1000))]
    step: u32,
    /// How many seconds to keep each rate up, a fifth of them as warm-up
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u64).range(1..))]
    seconds: u64,
    /// How late a message in a hundred may be, in milliseconds
    #[arg(long, default_value_t = 250.0)]
    p99: f64,
    /// Where to stop in any case, in messages a second
    #[arg(long, default_value_t = 200_000)]
    most: u32,
}

/// The rates that were tried.
#[derive(Debug, Serialize)]
struct Measured {
    p99_limit: f64,
    /// The highest rate that was good, if one was.
    best: Option<u32>,
    steps: Vec<Report>,
}

/// Climbs, and tells how far it got.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let crew = Crew::gather(&options.target).await?;
    let lasts = Duration::from_secs(options.seconds);
    let mut measured = Measured { p99_limit: options.p99, best: None, steps: Vec::new() };
    let mut rate = options.from;
    while rate <= options.most {
        let report = crew.talk(Pace { rate, lasts }, lasts / 5).await?;
        eprintln!("{report}");
        let is_good = report.faults.is_none() && report.delivery.p99 <= options.p99;
        measured.steps.push(report);
        if !is_good {
            break;
        }
        measured.best = Some(rate);
        rate = next(rate, options.step);
    }
    options.target.print(&measured)?;
    ensure!(measured.best.is_some(), "even the first rate was too much");
    Ok(())
}

fn next(rate: u32, step: u32) -> u32 {
    let more = u64::from(rate) * u64::from(step) / 100;
    rate.saturating_add(u32::try_from(more.max(1)).unwrap_or(u32::MAX))
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.best {
            Some(best) => write!(f, "{best} messages/s with a p99 of {} ms at most", self.p99_limit),
            None => write!(f, "no rate had a p99 of {} ms at most", self.p99_limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rate_is_higher_than_the_one_before() {
        assert_eq!([next(1000, 15), next(1, 1), next(u32::MAX, 15)], [1150, 2, u32::MAX]);
    }
}
