//! `DELETE /plans/{id}`: its owner deletes a plan.

use std::sync::Arc;

use kernel::{Event, HasOutbox, PlanId, PlanStatus, UserId};
use plan::{HasPlans, PlanError};
use quote::HasQuotes;

use crate::Error;
use crate::environment::Environment;
use crate::queries::SharedViews;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What deleting a plan needs.
    pub trait DeletePlanTx: HasPlans, HasQuotes, HasOutbox;
}

/// Deletes a plan and the live quotes on it; the makers of a PENDING one are told.
pub struct DeletePlan {
    pub store: Store<dyn DeletePlanTx>,
    pub environment: Environment,
    pub views: Arc<dyn SharedViews>,
}

impl DeletePlan {
    /// Refuses other people's plans, and CONFIRMED ones.
    pub async fn run(&self, id: PlanId, by: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let mut plan = tx.plans().find_for_update(id).await?.ok_or(PlanError::NotFound)?;
            let was = plan.delete(by, at)?;
            let makers = tx.quotes().delete_all_of_plan(id, at).await?;
            tx.plans().save(&plan).await?;
            if was == PlanStatus::Pending && !makers.is_empty() {
                let plan_title = plan.title().as_str().to_owned();
                let event = Event::PendingPlanDeleted { plan: id, dreamer: by, makers, plan_title };
                tx.outbox().push(&self.environment.event(event, at)).await?;
            }
            Ok(())
        })?;
        self.views.plan_counts_changed().await;
        Ok(())
    }
}
