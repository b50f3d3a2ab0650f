//! `PATCH /plans/{id}/complete`: its owner declares a trip over.

use kernel::{Event, HasOutbox, PlanId, QuoteId, StoreError, Timestamp, UserId};
use plan::{HasPlans, Plan, PlanError};
use point::{HasLedger, Posting, Transfer};
use quote::HasQuotes;

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What completing a plan needs.
    pub trait CompletePlanTx: HasPlans, HasQuotes, HasLedger, HasOutbox;
}

/// Completes a CONFIRMED plan: the escrow is paid to the maker in the same step.
pub struct CompletePlan {
    pub store: Store<dyn CompletePlanTx>,
    pub environment: Environment,
}

impl CompletePlan {
    /// Refuses other people's plans, and those that are not CONFIRMED.
    pub async fn run(&self, id: PlanId, by: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let mut plan = tx.plans().find_for_update(id).await?.ok_or(PlanError::NotFound)?;
            let quote = plan.complete(by, at)?;
            pay_out(tx, &self.environment, &plan, quote, at).await
        })
    }
}

/// All that completion means beside the plan's own state: the escrow goes to the maker, and what follows
/// is recorded. Shared with the daily schedule, which completes plans 7 days after the trip day.
pub(crate) async fn pay_out<Tx>(
    tx: &mut Tx,
    environment: &Environment,
    plan: &Plan,
    quote: QuoteId,
    at: Timestamp,
) -> Result<(), Error>
where
    Tx: HasPlans + HasQuotes + HasLedger + HasOutbox + ?Sized,
{
    let missing =
        || StoreError::corrupt(format!("plan {} is confirmed with a quote that is not there", plan.id()));
    let quote = tx.quotes().find(quote).await?.ok_or_else(missing)?;
    tx.plans().save(plan).await?;
    let transfer = Transfer::pay_out(environment.ids(), quote.id(), quote.maker(), quote.price(), at);
    match tx.ledger().post(&transfer).await? {
        Posting::Posted | Posting::AlreadyPosted => {}
        Posting::Insufficient => {
            return Err(
                StoreError::corrupt(format!("the escrow of quote {} does not cover it", quote.id())).into()
            );
        }
    }
    let (plan, dreamer) = (plan.id(), plan.dreamer());
    let event = Event::PlanCompleted { plan, quote: quote.id(), dreamer, maker: quote.maker() };
    Ok(tx.outbox().push(&environment.event(event, at)).await?)
}
