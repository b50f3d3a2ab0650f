//! Everything relational, for several nodes: PostgreSQL through diesel and diesel-async. The same ports as
//! the embedded store, held to the same contract tests.
//!
//! [`database`] has the pool and the transactions, `reads` the connections that reads share, [`queries`] the
//! lists and details that are shown; every other module implements the ports of one domain, commands on
//! [`PgTx`] and reads on [`Postgres`]. The tables are made by `migrations/` at the top of the repository, which
//! are part of the binary; `schema.rs` tells diesel of them, and a test compares the two.
//!
//! May depend on the domain crates and the application; nothing but the wiring may depend on it. To store
//! something new: add a migration, the columns in `schema.rs`, and the row in its domain's module. Simple
//! statements are diesel's; what it has no words for is SQL in a constant, handed over as
//! `Prepared(sql(…))`, which keeps its prepared statement. Such SQL spells the states out that a partial
//! index is about (`status = 'PENDING'`): from a parameter the planner can't tell that the index fits.

mod config;
mod connection;
mod connector;
pub mod database;
mod follows;
mod job_queue;
mod ledger;
mod migrations;
mod outbox;
mod outbox_feed;
mod payments;
mod plans;
pub mod queries;
mod quotes;
mod reads;
mod reviews;
mod row;
mod sandbox;
mod schedule_runs;
mod schema;
mod search;
mod sessions;
mod sql;
mod stats;
mod users;
mod wake_ups;

pub use config::{PostgresConfig, PostgresConfigError};
pub use database::{PgTx, Postgres};
