//! The API over HTTP.
//!
//! To add a route: write `<area>/<operation>.rs` with one handler (see [`routes`] and [`extract`]), and
//! name it in the `endpoints![…]` of `<area>.rs`. A new area is listed once, in [`app::endpoints`].

pub mod app;
pub mod docs;
pub mod error;
pub mod extract;
pub mod health;
pub mod json;
pub mod language;
pub mod messages;
pub mod middleware;
pub mod openapi;
pub mod refusal;
pub mod routes;
pub mod schema;
pub mod state;
mod template;
#[cfg(test)]
mod tests;
