//! The use cases of the marketplace: one for each thing that a person or the clock can ask for.
//!
//! - A **command** is a struct with a `run`, in the module of its noun (`plans`, `quotes`, …). It names
//!   the repositories it needs as a bundle (`kernel::bundle!`), works in one transaction
//!   (`atomically!`), lets the domain decide, and records what follows as an event in the outbox.
//! - A **query** is a method of a port in [`queries`] that answers a ready view in one round trip.
//! - What follows from events is in [`jobs`], what the clock asks for in [`schedule`].
//!
//! May depend on the domain crates, and on tokio for waiting; never on an adapter.

pub mod accounts;
pub mod bus;
pub mod chat;
pub mod consumers;
pub mod environment;
pub mod error;
pub mod follows;
pub mod jobs;
pub mod notifications;
pub mod payments;
pub mod plans;
pub mod queries;
pub mod quotes;
pub mod realtime;
pub mod reviews;
pub mod schedule;
mod unit_of_work;

pub use environment::Environment;
pub use error::Error;
pub use unit_of_work::Store;
