//! The embedded adapters, held to the contracts of their ports, and what only they promise.

#![expect(clippy::unwrap_used, reason = "for tests only")]

mod contract;
mod fresh;
mod lock;
mod media;
mod sandbox;
mod services;
mod wake_ups;
