//! `POST /plans/{planId}/quotes`: a maker quotes on a plan.

use kernel::{Coconuts, Event, HasOutbox, PlanId, QuoteId, UserId};
use plan::{HasPlans, PlanError};
use quote::{AddQuote, Content, HasQuotes, NewQuote, Quote, QuoteError};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What sending a quote needs.
    pub trait SendQuoteTx: HasPlans, HasQuotes, HasOutbox;
}

/// Sends a quote; the dreamer is told.
pub struct SendQuote {
    pub store: Store<dyn SendQuoteTx>,
    pub environment: Environment,
}

impl SendQuote {
    /// Answers the id of the new quote. Refuses plans that are not PENDING, and a second live quote.
    pub async fn run(
        &self,
        plan: PlanId,
        maker: UserId,
        price: Coconuts,
        content: Content,
    ) -> Result<QuoteId, Error> {
        let id = self.environment.next_id();
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let plan = tx.plans().find_for_update(plan).await?.ok_or(PlanError::NotFound)?;
            let new = NewQuote { id, maker, price, content: content.clone() };
            let quote = Quote::send(new, &plan, at)?;
            match tx.quotes().add(&quote).await? {
                AddQuote::Added => {}
                AddQuote::AlreadyQuoted => return Err(QuoteError::Exists.into()),
            }
            let (plan, dreamer, trip_type) = (plan.id(), plan.dreamer(), plan.trip_type());
            let event = Event::QuoteSent { quote: id, plan, dreamer, maker, trip_type };
            tx.outbox().push(&self.environment.event(event, at)).await?;
            Ok(id)
        })
    }
}
