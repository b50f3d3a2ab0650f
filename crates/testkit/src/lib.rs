//! For tests only: the real server in a process of its own, with a client, fixtures that go over HTTP
//! like everybody else, and a way to wait for what happens later.
//!
//! ```ignore
//! let app = TestApp::start(env!("CARGO_BIN_EXE_goforme")).await;
//! let trip = app.confirmed_trip(300).await;
//! app.get("/chatRooms", &trip.maker).await.expect(200);
//! ```
//!
//! Only dev-dependencies may name this crate. A new fixture is a method of [`TestApp`] beside those of its
//! kind ([`people`], [`trips`]); it uses nothing but the API and returns a small struct with what a test
//! needs next. What must hold for the workspace as a whole is checked in this crate's own tests.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod answer;
mod app;
mod eventually;
mod keeper;
pub mod mongo;
pub mod people;
pub mod postgres;
mod process;
pub mod redis;
pub mod trips;

pub use answer::Answer;
pub use app::{Caller, Guest, TestApp, TestAppBuilder};
pub use eventually::eventually;
pub use people::User;
pub use trips::{Plan, Quote, Trip};
