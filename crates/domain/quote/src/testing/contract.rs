//! What a store of quotes promises, and what a store of plans promises about plans with a confirmed one.

#![expect(clippy::unwrap_used, reason = "for tests only")]

mod adding;
mod confirming;
mod finding;

use std::sync::Arc;

use kernel::{Begin, QuoteId, UserId};
use plan::testing::add_a_plan;
use plan::{HasPlans, Plan, PlanParts};
use user::HasUsers;
use user::testing::{add_a_maker, now};

pub use adding::*;
pub use confirming::*;
pub use finding::*;

use crate::port::{AddQuote, HasQuotes, SaveQuote};
use crate::quote::Quote;
use crate::testing::a_quote_by;

kernel::bundle! {
    /// What the contract needs from a transaction: the quotes, with plans and users for them.
    pub trait QuoteContractTx: HasQuotes, HasPlans, HasUsers;
}

/// The store under test, empty.
pub type Store = Arc<dyn Begin<dyn QuoteContractTx>>;

/// Stores an open quote by a new maker on `plan`.
pub async fn add_a_quote<Tx: HasQuotes + HasUsers + ?Sized>(tx: &mut Tx, plan: &Plan) -> Quote {
    let maker = add_a_maker(tx).await.id();
    add_a_quote_by(tx, maker, plan).await
}

/// Stores an open quote by `maker`, who is stored, on `plan`.
pub async fn add_a_quote_by<Tx: HasQuotes + ?Sized>(tx: &mut Tx, maker: UserId, plan: &Plan) -> Quote {
    let quote = a_quote_by(maker, plan);
    assert_eq!(tx.quotes().add(&quote).await.unwrap(), AddQuote::Added);
    quote
}

/// Stores a CONFIRMED plan of a new dreamer with its quote by `maker`, who is stored.
pub async fn add_a_confirmed_trip<Tx: HasQuotes + HasPlans + HasUsers + ?Sized>(
    tx: &mut Tx,
    maker: UserId,
    change: impl FnOnce(&mut PlanParts),
) -> (Plan, Quote) {
    let mut plan = add_a_plan(tx, change).await;
    let mut quote = add_a_quote_by(tx, maker, &plan).await;
    quote.confirm(plan.dreamer(), &mut plan, now()).unwrap();
    tx.plans().save(&plan).await.unwrap();
    assert_eq!(tx.quotes().save(&quote).await.unwrap(), SaveQuote::Saved);
    (plan, quote)
}

/// Stores a COMPLETED plan of a new dreamer with its quote by `maker`, who is stored.
pub async fn add_a_completed_trip<Tx: HasQuotes + HasPlans + HasUsers + ?Sized>(
    tx: &mut Tx,
    maker: UserId,
    change: impl FnOnce(&mut PlanParts),
) -> (Plan, Quote) {
    let (mut plan, quote) = add_a_confirmed_trip(tx, maker, change).await;
    plan.complete(plan.dreamer(), now()).unwrap();
    tx.plans().save(&plan).await.unwrap();
    (plan, quote)
}

async fn committed_plan(store: &Store) -> Plan {
    let mut tx = store.begin().await.unwrap();
    let plan = add_a_plan(&mut *tx, |_| {}).await;
    tx.commit().await.unwrap();
    plan
}

async fn committed_maker(store: &Store) -> UserId {
    let mut tx = store.begin().await.unwrap();
    let maker = add_a_maker(&mut *tx).await.id();
    tx.commit().await.unwrap();
    maker
}

async fn committed_quote(store: &Store, plan: &Plan) -> Quote {
    let mut tx = store.begin().await.unwrap();
    let quote = add_a_quote(&mut *tx, plan).await;
    tx.commit().await.unwrap();
    quote
}

/// The quote as a new transaction sees it.
async fn stored(store: &Store, id: QuoteId) -> Option<Quote> {
    let mut tx = store.begin().await.unwrap();
    let quote = tx.quotes().find_for_update(id).await.unwrap();
    assert_eq!(tx.quotes().find(id).await.unwrap(), quote);
    tx.rollback().await.unwrap();
    quote
}

/// Makes each case a test of its own, on a fresh store: `quote::quote_contract!(fresh_store());`, with a
/// future of a [`Store`] and tokio at hand.
#[macro_export]
macro_rules! quote_contract {
    ($fresh_store:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_store.await).await; })*
    };
    ($fresh_store:expr) => {
        $crate::quote_contract!($fresh_store;
            a_second_live_quote_is_refused_and_the_transaction_survives,
            a_maker_may_quote_again_after_withdrawing,
            of_two_concurrent_quotes_by_one_maker_one_is_added,
            a_quote_that_is_rolled_back_stands_in_nobodys_way,
            a_dropped_transaction_leaves_no_quote_and_no_lock,
            a_quote_is_found_as_it_was_added,
            an_unknown_quote_is_neither_found_nor_saved,
            live_quotes_of_a_plan_are_its_own_and_not_deleted,
            quotes_are_deleted_with_their_plan,
            a_locked_quote_is_waited_for,
            a_confirmed_quote_and_its_plan_are_found_as_they_were_saved,
            a_second_confirmed_quote_is_refused_and_the_transaction_survives,
            a_deleted_confirmed_quote_still_counts,
            of_two_concurrent_saves_one_quote_is_confirmed,
            of_many_racing_confirmations_one_wins,
            confirmed_plans_that_are_due_come_in_batches,
            confirmed_plans_of_a_day_come_in_batches,
        );
    };
}
