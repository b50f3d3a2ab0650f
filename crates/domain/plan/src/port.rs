//! How plans are stored, and found by those who change them.

use async_trait::async_trait;
use kernel::{PlanId, StoreError, TripDate};

use crate::plan::Plan;

/// The plans, seen from inside one transaction. Locks are taken in the order plan, quote, point account.
///
/// The batches for the daily schedule hold plans that are not deleted, by ascending id, at most `limit`
/// of them, with ids above `after`; they lock nothing, so the caller loads each plan with
/// [`find_for_update`](Self::find_for_update) and lets it decide again.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PlanRepository: Send {
    /// Adds a plan of a new id, with its assignees.
    async fn add(&mut self, plan: &Plan) -> Result<(), StoreError>;

    /// Loads the plan and locks it until the transaction ends. MUST wait for a transaction that holds
    /// the lock, and then answer what that one committed. A deleted plan is answered too: the
    /// aggregate refuses by itself.
    async fn find_for_update(&mut self, id: PlanId) -> Result<Option<Plan>, StoreError>;

    /// Overwrites the stored plan of the same id and its assignees, whose order MUST be kept. MUST fail
    /// if there is none. The plan has to be locked by this transaction.
    async fn save(&mut self, plan: &Plan) -> Result<(), StoreError>;

    /// PENDING plans whose trip day is `today` or earlier.
    async fn pending_due(
        &mut self,
        today: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError>;

    /// CONFIRMED plans whose trip day is `trip_day_at_or_before` or earlier.
    async fn confirmed_due(
        &mut self,
        trip_day_at_or_before: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError>;

    /// CONFIRMED plans whose trip day is `day`.
    async fn confirmed_on(
        &mut self,
        day: TripDate,
        limit: i64,
        after: Option<PlanId>,
    ) -> Result<Vec<PlanId>, StoreError>;
}

/// A transaction in which plans can be read and written.
pub trait HasPlans: Send {
    /// The plans of this transaction.
    fn plans(&mut self) -> &mut dyn PlanRepository;
}
