//! What follows from events: the relay moves them from the outbox to the queue, as one job per consumer;
//! the runner hands the jobs to the consumers, tries again what fails, and parks what keeps failing.
//!
//! Everything here happens at least once, so every consumer is idempotent. To let something new follow
//! from an event: add a [`JobKind`], say in [`JobKind::following`] which events it follows, implement
//! [`Consumer`], and name it where the consumers are built.

mod consumer;
mod job;
mod port;
mod relay;
mod retry;
mod runner;
#[cfg(feature = "testing")]
pub mod testing;

pub use consumer::{Consumer, Consumers};
pub use job::{Job, JobKey, JobKind};
pub use port::{JobFilter, JobOutcome, JobQueue, JobView, OutboxFeed, TakenJob};
pub use relay::Relay;
pub use retry::RetryPolicy;
pub use runner::JobRunner;
