//! The MongoDB adapters, held to the contracts of their ports on a real server, and what only they
//! promise. Without a server this ends with a line that says so; see `testkit::mongo`.

#![expect(clippy::unwrap_used, reason = "for tests only")]

mod configuration;
mod contract;
mod fresh;
mod healing;
mod nodes;
mod outages;
