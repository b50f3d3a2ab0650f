//! `POST /plans`: a dreamer posts a plan.

use std::sync::Arc;

use kernel::{PlanId, ServiceArea, TripDate, TripType, UserId};
use plan::{Address, Details, HasPlans, NewPlan, Plan, Title};

use crate::Error;
use crate::environment::Environment;
use crate::queries::SharedViews;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What posting a plan needs.
    pub trait PostPlanTx: HasPlans;
}

/// What the dreamer wants, already understood field by field.
#[derive(Debug, Clone)]
pub struct PlanDraft {
    pub title: Title,
    pub trip_date: TripDate,
    pub trip_type: TripType,
    pub service_area: ServiceArea,
    pub details: Details,
    /// Forgotten unless it is a SHOPPING trip.
    pub address: Option<Address>,
}

/// Posts a plan.
pub struct PostPlan {
    pub store: Store<dyn PostPlanTx>,
    pub environment: Environment,
    pub views: Arc<dyn SharedViews>,
}

impl PostPlan {
    /// Answers the id of the new PENDING plan.
    pub async fn run(&self, dreamer: UserId, draft: PlanDraft) -> Result<PlanId, Error> {
        let id = self.environment.next_id();
        let PlanDraft { title, trip_date, trip_type, service_area, details, address } = draft;
        let new = NewPlan { id, dreamer, title, trip_date, trip_type, service_area, details, address };
        let plan = Plan::post(new, self.environment.now())?;
        atomically!(self.store, |tx| { Ok(tx.plans().add(&plan).await?) })?;
        self.views.plan_counts_changed().await;
        tracing::info!(plan.id = %id, "a plan was posted");
        Ok(id)
    }
}
