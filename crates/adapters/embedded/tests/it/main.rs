//! The embedded adapters, held to the contracts of their ports, and what only they promise.

#![expect(clippy::unwrap_used, reason = "for tests only")]

mod books;
mod contract;
mod fresh;
mod live;
mod lock;
mod media;
mod newer_versions;
mod queries;
mod rows;
mod sandbox;
mod services;
mod transactions;
mod wake_ups;
