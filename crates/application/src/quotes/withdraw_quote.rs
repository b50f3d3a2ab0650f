//! `DELETE /quotes/{id}`: a maker takes a quote back.

use kernel::{QuoteId, StoreError, UserId};
use plan::HasPlans;
use quote::{HasQuotes, SaveQuote};

use super::confirm_quote::lock_plan_and_quote;
use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What withdrawing a quote needs.
    pub trait WithdrawQuoteTx: HasPlans, HasQuotes;
}

/// Withdraws a quote; its maker may quote on the plan again.
pub struct WithdrawQuote {
    pub store: Store<dyn WithdrawQuoteTx>,
    pub environment: Environment,
}

impl WithdrawQuote {
    /// Refuses other people's quotes, and plans that are not PENDING.
    pub async fn run(&self, id: QuoteId, by: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let (plan, mut quote) = lock_plan_and_quote(tx, id).await?;
            quote.withdraw(by, &plan, self.environment.now())?;
            match tx.quotes().save(&quote).await? {
                SaveQuote::Saved => Ok(()),
                // A quote that is not confirmed can't collide with one that is.
                SaveQuote::PlanAlreadyHasConfirmed => {
                    Err(StoreError::corrupt("a withdrawn quote is confirmed").into())
                }
            }
        })
    }
}
