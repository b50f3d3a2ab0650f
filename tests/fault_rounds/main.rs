//! What must hold when everything goes wrong: several nodes and workers on a PostgreSQL, a MongoDB and a
//! Redis of their own, while clients race, processes are killed, servers go away or hang, connections
//! break, and the day ends.
//!
//! `cargo test --test fault_rounds` plays short rounds; `tests/faults` plays them in full
//! (`GOFORME_FAULTS=full`). A new fault gets a file of its own; what the rounds check afterwards is in
//! `testkit` (`story`, `operator`), and what follows the chat is in `member`.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod chance;
mod confirmations;
mod conversation;
mod deaths;
mod delivery;
mod due_plans;
mod member;
mod midnight;
mod mixes;
mod mongo_gone;
mod outage;
mod postgres_gone;
mod redis_gone;
mod rolling_restart;
mod size;

/// The program under test.
const GOFORME: &str = env!("CARGO_BIN_EXE_goforme");
