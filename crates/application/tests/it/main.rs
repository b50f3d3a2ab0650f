//! The use cases, run on the embedded store in memory.

extern crate goforme_application as application;

mod live_chat;
mod settling;
