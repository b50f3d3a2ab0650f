//! The use cases, run on the embedded store in memory.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

extern crate goforme_application as application;

mod live_chat;
mod sending;
mod settling;
