//! The API over HTTP.
//!
//! To add a route, write `<area>/<operation>.rs` with one handler and its types, and name the handler in
//! the `endpoints![…]` of `<area>.rs`; a new area is listed once, in [`app::endpoints`].
//!
//! ```ignore
//! /// Deletes a plan.
//! ///
//! /// Refuses with `PLAN_NOT_FOUND`, `PLAN_NOT_OWNED`, `PLAN_CONFIRMED`.
//! #[utoipa::path(delete, path = "/plans/{id}", tag = "plans", params(("id" = schema::Id, Path)),
//!     security(("bearer" = [])), responses((status = 204)))]
//! pub async fn delete_plan(
//!     caller: Caller,
//!     PathId(id): PathId<PlanId>,
//!     plans: Data<DeletePlan>,
//! ) -> Result<NoContent, ApiError> {
//!     plans.run(id, caller.user).await?;
//!     Ok(NoContent)
//! }
//! ```
//!
//! The document gets the errors by itself: from what the handler takes, and from the codes in backticks
//! in its description (their status is in [`messages`]). Who calls comes first among the arguments.

pub mod app;
pub mod auth;
pub mod chat;
pub mod coconuts;
pub mod docs;
pub mod error;
pub mod extract;
pub mod health;
pub mod json;
pub mod keyword;
pub mod language;
pub mod media;
pub mod messages;
pub mod metrics;
pub mod middleware;
pub mod notifications;
pub mod openapi;
pub mod payments;
pub mod plans;
pub mod quotes;
pub mod refusal;
pub mod reviews;
pub mod routes;
pub mod schema;
pub mod server;
pub mod socket_io;
pub mod state;
mod template;
pub mod test_clock;
#[cfg(test)]
mod tests;
pub mod to_the_end;
pub mod users;
pub mod websocket;
pub mod ws;
