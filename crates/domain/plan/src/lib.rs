//! Travel plans: a dreamer posts one, asks makers for quotes, confirms one of them, and completes the
//! trip. The state machine of `rules.md`, and the port that stores it.
//!
//! Depends on the kernel alone (for tests also on `user`, since somebody has to own a plan). A new rule of
//! a plan is a check or a transition of [`Plan`] with a variant of [`PlanError`] for its refusal; a new
//! way to look plans up *for changing them* is a method of [`PlanRepository`] with its contract in
//! `testing.rs`. Lists for display are no concern of this crate: they are queries of the application.

mod error;
mod plan;
mod port;
mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use error::PlanError;
pub use plan::{Address, COMPLETES_AFTER_DAYS, Details, NewPlan, Plan, PlanParts, Title};
#[cfg(feature = "mock")]
pub use port::MockPlanRepository;
pub use port::{HasPlans, PlanRepository};
pub use state::PlanState;
