//! A maker's statistics: kept beside the facts so that lists can sort by them, and always equal to what
//! counting the facts gives.
//!
//! Depends on the kernel alone (the contract tests of the port also on the crates whose facts are
//! counted). A new figure is a field of [`MakerStats`], counted by every implementation of
//! [`StatsRepository`], with its contract in `testing.rs`.

mod maker_stats;
mod port;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;

pub use maker_stats::MakerStats;
#[cfg(feature = "mock")]
pub use port::MockStatsRepository;
pub use port::{HasStats, StatsRepository};
