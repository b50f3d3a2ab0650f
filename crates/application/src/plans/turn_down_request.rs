//! `DELETE /plans/{id}/assign`: a maker turns a request down.

use kernel::{Event, HasOutbox, PlanId, UserId};
use plan::{HasPlans, PlanError};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What turning a request down needs.
    pub trait TurnDownRequestTx: HasPlans, HasOutbox;
}

/// Turns down a request for a quote; the dreamer is told.
pub struct TurnDownRequest {
    pub store: Store<dyn TurnDownRequestTx>,
    pub environment: Environment,
}

impl TurnDownRequest {
    /// Refuses makers who were not asked, and plans that are not PENDING.
    pub async fn run(&self, id: PlanId, maker: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let mut plan = tx.plans().find_for_update(id).await?.ok_or(PlanError::NotFound)?;
            plan.turn_down(maker, at)?;
            tx.plans().save(&plan).await?;
            let plan_title = plan.title().as_str().to_owned();
            let event = Event::RequestRejected { plan: id, dreamer: plan.dreamer(), maker, plan_title };
            Ok(tx.outbox().push(&self.environment.event(event, at)).await?)
        })
    }
}
