//! `PATCH /quotes/{id}/confirm`: a dreamer confirms a quote. The heart of the marketplace.

use kernel::{Event, HasOutbox, QuoteId, Timestamp, UserId};
use plan::{HasPlans, Plan, PlanError};
use point::{CoconutsInsufficient, HasLedger, Posting, Transfer};
use quote::{HasQuotes, Quote, QuoteError, SaveQuote};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What confirming a quote needs.
    pub trait ConfirmQuoteTx: HasPlans, HasQuotes, HasLedger, HasOutbox;
}

/// Confirms a quote in one atomic step: the quote becomes confirmed, the plan CONFIRMED, the price moves
/// from the dreamer's balance into escrow, and what follows (the room, the notifications, the
/// statistics) is recorded.
pub struct ConfirmQuote {
    pub store: Store<dyn ConfirmQuoteTx>,
    pub environment: Environment,
}

impl ConfirmQuote {
    /// Refuses other people's quotes, plans that are not PENDING, and a price above the balance.
    pub async fn run(&self, id: QuoteId, by: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let (mut plan, mut quote) = lock_plan_and_quote(tx, id).await?;
            quote.confirm(by, &mut plan, at)?;
            match tx.quotes().save(&quote).await? {
                SaveQuote::Saved => {}
                SaveQuote::PlanAlreadyHasConfirmed => return Err(PlanError::NotPending(plan.status()).into()),
            }
            tx.plans().save(&plan).await?;
            self.put_into_escrow(tx, &quote, at).await?;
            self.record(tx, &plan, &quote, at).await
        })?;
        tracing::info!(quote.id = %id, "a quote was confirmed");
        Ok(())
    }

    async fn put_into_escrow(
        &self,
        tx: &mut dyn ConfirmQuoteTx,
        quote: &Quote,
        at: Timestamp,
    ) -> Result<(), Error> {
        let (ids, price) = (self.environment.ids(), quote.price());
        let transfer = Transfer::escrow(ids, quote.id(), quote.dreamer(), price, at);
        match tx.ledger().post(&transfer).await? {
            Posting::Posted | Posting::AlreadyPosted => Ok(()),
            Posting::Insufficient => Err(CoconutsInsufficient.into()),
        }
    }

    async fn record(
        &self,
        tx: &mut dyn ConfirmQuoteTx,
        plan: &Plan,
        quote: &Quote,
        at: Timestamp,
    ) -> Result<(), Error> {
        let live = tx.quotes().live_of_plan_for_update(plan.id()).await?;
        let event = Event::QuoteConfirmed {
            quote: quote.id(),
            plan: plan.id(),
            dreamer: quote.dreamer(),
            maker: quote.maker(),
            not_chosen: live.iter().map(Quote::maker).filter(|maker| *maker != quote.maker()).collect(),
            plan_title: plan.title().as_str().to_owned(),
        };
        Ok(tx.outbox().push(&self.environment.event(event, at)).await?)
    }
}

/// Locks the plan and then the quote (the order in which everybody locks), starting from the quote's id.
pub(super) async fn lock_plan_and_quote<Tx>(tx: &mut Tx, id: QuoteId) -> Result<(Plan, Quote), Error>
where
    Tx: HasPlans + HasQuotes + ?Sized,
{
    let plan = tx.quotes().find(id).await?.ok_or(QuoteError::NotFound)?.plan();
    let plan = tx.plans().find_for_update(plan).await?.ok_or(QuoteError::NotFound)?;
    let quote = tx.quotes().find_for_update(id).await?.ok_or(QuoteError::NotFound)?;
    Ok((plan, quote))
}
