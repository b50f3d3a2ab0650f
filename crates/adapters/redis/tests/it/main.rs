//! The Redis adapters, held to the contracts of their ports on a real server, and what only they promise.

#![expect(clippy::unwrap_used, reason = "for tests only")]

mod bus;
mod cache;
mod configuration;
mod contract;
mod fresh;
mod outages;
mod presence;
mod queue;
