//! For tests only: the real server in a process of its own, with a client, fixtures that go over HTTP
//! like everybody else, and a way to wait for what happens later.
//!
//! ```ignore
//! let app = TestApp::start(env!("CARGO_BIN_EXE_goforme")).await;
//! let trip = app.confirmed_trip(300).await;
//! app.get("/chatRooms", &trip.maker).await.expect(200);
//! ```
//!
//! A test of several processes, or of servers that fail, starts a [`Cluster`]. Where the rest runs, on
//! embedded stores or on servers, is up to whoever starts it: see [`skipped_on_servers`].
//!
//! Only dev-dependencies may name this crate. A new fixture is a method of [`TestApp`] beside those of its
//! kind ([`people`], [`trips`]); it uses nothing but the API and returns a small struct with what a test
//! needs next. What must hold for the workspace as a whole is checked in this crate's own tests.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod answer;
mod app;
mod cluster;
mod eventually;
mod keeper;
mod lists;
pub mod mongo;
mod node;
pub mod operator;
pub mod people;
pub mod postgres;
mod process;
pub mod redis;
mod report;
mod requests;
mod stores;
pub mod story;
pub mod trips;

pub use answer::Answer;
pub use app::{TestApp, TestAppBuilder};
pub use cluster::{Cluster, ClusterBuilder};
pub use eventually::{eventually, within};
pub use node::Node;
pub use people::User;
pub use requests::{Caller, Guest};
pub use stores::skipped_on_servers;
pub use trips::{Plan, Quote, Trip};
