//! The contract, tested from outside: a real `goforme` process, spoken to over real HTTP.
//!
//! A file for each area of the contract, and some for what spans all areas: who may do what (`rights`),
//! what nonsense is answered (`bad_input`), what happens at once (`races`) and when the process dies
//! (`crash`). Each test starts a server of its own; that takes a tenth of a second. Nothing here knows
//! how the server is made: to test a new route, add it to the file of its area, to the table of `rights`
//! and, if it takes a body, to `world`; tests fail as long as one of the latter is forgotten.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod auth;
mod bad_input;
mod calendar;
mod chat;
mod chat_files;
mod coconuts_payments;
mod conventions;
mod crash;
mod document;
mod follows;
mod in_flight;
mod noise;
mod nonsense;
mod notifications;
mod operation;
mod pattern;
mod plan_lists;
mod plans;
mod profiles;
mod quotes;
mod races;
mod raw_http;
mod reviews;
mod rights;
mod schedule;
mod socket_io;
mod throttle;
mod tokens;
mod users;
mod websocket;
mod world;

/// The program under test.
const GOFORME: &str = env!("CARGO_BIN_EXE_goforme");
