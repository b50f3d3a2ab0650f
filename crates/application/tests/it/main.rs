//! The use cases, run on the embedded store in memory.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

extern crate goforme_application as application;

mod background;
mod live_chat;
mod live_ends;
mod live_missed;
mod live_world;
mod logging_in;
mod sending;
mod settling;
