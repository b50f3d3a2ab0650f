//! Everything the outside systems do, in one process: a SQLite file for data, a folder for media, an
//! in-process bus, a sandbox for payments. The same ports as the servers' adapters, held to the same
//! contract tests; in memory ([`Sqlite::in_memory`]) it's the store that tests build on.
//!
//! [`database`] has the connections and transactions; every other module implements the ports of one
//! domain: commands on [`SqliteTx`], reads on [`Sqlite`], and on [`Sqlite`] too what is written outside
//! of commands (chat, notifications, the queue), each call a short transaction of its own.

mod bus;
mod chat;
mod connection;
pub mod database;
mod flush;
mod follows;
mod job_queue;
mod ledger;
mod lock;
mod media;
mod notifications;
mod outbox;
mod outbox_feed;
mod payments;
mod plans;
mod presence;
mod queries;
mod quotes;
mod reviews;
mod row;
mod sandbox;
mod schedule_runs;
mod schema;
mod sessions;
mod stats;
mod users;

pub use bus::LocalBus;
pub use database::{Sqlite, SqliteTx};
pub use lock::{DataDirLock, LockError};
pub use media::{LinkRefused, MediaFile, MediaFiles};
pub use presence::LocalPresence;
