//! The `goforme` binary: everything that clients reach over HTTP, and the subcommands.
//!
//! It may depend on every other crate, and none depends on it. Handlers live in [`http`], one file for
//! each operation; they translate, and leave every decision to a use case of `application`. [`wiring`]
//! puts an adapter behind every port, [`worker`] is the background work, [`commands`] what the command
//! line offers.

pub mod commands;
pub mod config;
pub mod http;
pub mod logging;
pub mod wiring;
pub mod worker;
