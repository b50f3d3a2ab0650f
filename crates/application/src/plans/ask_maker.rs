//! `POST /plans/{id}/assign`: a dreamer asks a maker for a quote.

use kernel::{Event, HasOutbox, PlanId, UserId};
use plan::{HasPlans, PlanError};
use user::{HasUsers, MakerNotFound};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What asking a maker needs.
    pub trait AskMakerTx: HasPlans, HasUsers, HasOutbox;
}

/// Asks a maker for a quote; the maker is told.
pub struct AskMaker {
    pub store: Store<dyn AskMakerTx>,
    pub environment: Environment,
}

impl AskMaker {
    /// Refuses other people's plans, makers who were asked already, who don't serve the area or who are
    /// none, and plans that are not PENDING.
    pub async fn run(&self, id: PlanId, by: UserId, maker: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let mut plan = tx.plans().find_for_update(id).await?.ok_or(PlanError::NotFound)?;
            // Whose plan it is comes first: a stranger learns nothing of makers.
            plan.check_owner(by)?;
            let areas = tx.users().find_maker(maker).await?.ok_or(MakerNotFound)?;
            plan.ask(by, maker, &areas, at)?;
            tx.plans().save(&plan).await?;
            let event = Event::MakerAsked { plan: id, dreamer: by, maker, trip_type: plan.trip_type() };
            Ok(tx.outbox().push(&self.environment.event(event, at)).await?)
        })
    }
}
