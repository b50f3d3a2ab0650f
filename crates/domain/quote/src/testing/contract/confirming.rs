//! At most one confirmed quote per plan, whoever races; plans with a confirmed quote.

use futures_util::future::{join, join_all};
use kernel::{PlanId, TripDate};
use plan::testing::{add_a_plan, today};
use plan::{Plan, PlanState};
use user::testing::{add_a_maker, now};

use super::{
    Store, add_a_completed_trip, add_a_confirmed_trip, committed_maker, committed_plan, committed_quote,
    stored,
};
use crate::port::SaveQuote;
use crate::quote::{Quote, QuoteError, QuoteState};

async fn stored_plan(store: &Store, id: PlanId) -> Option<Plan> {
    let mut tx = store.begin().await.unwrap();
    let plan = tx.plans().find_for_update(id).await.unwrap();
    tx.rollback().await.unwrap();
    plan
}

/// The quote as if it had been confirmed behind its plan's back, to try the store's own constraint.
fn confirmed(quote: &Quote) -> Quote {
    let mut parts = quote.clone().into_parts();
    parts.state = QuoteState::Confirmed { at: now() };
    Quote::restore(parts)
}

async fn save_and_commit(store: &Store, quote: &Quote) -> SaveQuote {
    let mut tx = store.begin().await.unwrap();
    tx.quotes().find_for_update(quote.id()).await.unwrap();
    let outcome = tx.quotes().save(quote).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

/// A plan keeps its quote through confirmation, completion and deletion, and the quote its state.
pub async fn a_confirmed_quote_and_its_plan_are_found_as_they_were_saved(store: Store) {
    let maker = committed_maker(&store).await;
    let mut tx = store.begin().await.unwrap();
    let (mut plan, quote) = add_a_confirmed_trip(&mut *tx, maker, |_| {}).await;
    tx.commit().await.unwrap();
    assert_eq!(plan.state(), PlanState::Confirmed { quote: quote.id() });
    assert_eq!(stored_plan(&store, plan.id()).await, Some(plan.clone()));
    assert_eq!(stored(&store, quote.id()).await, Some(quote.clone()));

    plan.complete(plan.dreamer(), now()).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.plans().find_for_update(plan.id()).await.unwrap();
    tx.plans().save(&plan).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored_plan(&store, plan.id()).await, Some(plan.clone()));

    plan.delete(plan.dreamer(), now()).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.plans().find_for_update(plan.id()).await.unwrap();
    tx.plans().save(&plan).await.unwrap();
    assert_eq!(tx.quotes().delete_all_of_plan(plan.id(), now()).await.unwrap(), [maker]);
    tx.commit().await.unwrap();
    assert_eq!(stored_plan(&store, plan.id()).await, Some(plan));
    let gone = stored(&store, quote.id()).await.unwrap();
    assert!(gone.is_confirmed() && gone.is_deleted());
}

/// The first stays the confirmed one, the second as it was.
pub async fn a_second_confirmed_quote_is_refused_and_the_transaction_survives(store: Store) {
    let plan = committed_plan(&store).await;
    let (first, second) = (committed_quote(&store, &plan).await, committed_quote(&store, &plan).await);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.quotes().save(&confirmed(&first)).await.unwrap(), SaveQuote::Saved);
    assert_eq!(tx.quotes().save(&confirmed(&second)).await.unwrap(), SaveQuote::PlanAlreadyHasConfirmed);
    // Its own confirmation is no conflict for a quote.
    assert_eq!(tx.quotes().save(&confirmed(&first)).await.unwrap(), SaveQuote::Saved);
    tx.commit().await.unwrap();
    assert_eq!(stored(&store, first.id()).await, Some(confirmed(&first)));
    assert_eq!(stored(&store, second.id()).await, Some(second));
}

/// Deleting does not make room for another confirmed quote.
pub async fn a_deleted_confirmed_quote_still_counts(store: Store) {
    let plan = committed_plan(&store).await;
    let (first, second) = (committed_quote(&store, &plan).await, committed_quote(&store, &plan).await);
    let mut deleted = confirmed(&first);
    deleted.delete_with_plan(now());
    assert_eq!(save_and_commit(&store, &deleted).await, SaveQuote::Saved);
    assert_eq!(save_and_commit(&store, &confirmed(&second)).await, SaveQuote::PlanAlreadyHasConfirmed);
}

/// The constraint holds even where nobody locked the plan.
pub async fn of_two_concurrent_saves_one_quote_is_confirmed(store: Store) {
    let plan = committed_plan(&store).await;
    let (one, other) = (committed_quote(&store, &plan).await, committed_quote(&store, &plan).await);
    let (one, other) = (confirmed(&one), confirmed(&other));
    let outcomes = join(save_and_commit(&store, &one), save_and_commit(&store, &other)).await;
    let refused = match outcomes {
        (SaveQuote::Saved, SaveQuote::PlanAlreadyHasConfirmed) => other,
        (SaveQuote::PlanAlreadyHasConfirmed, SaveQuote::Saved) => one,
        both => panic!("{both:?}"),
    };
    assert!(!stored(&store, refused.id()).await.unwrap().is_confirmed());
}

/// As the use case does it: find, lock the plan, lock the quote, let them decide, save both.
async fn confirm(store: &Store, quote: &Quote) -> Result<(), QuoteError> {
    let mut tx = store.begin().await.unwrap();
    let plan = tx.quotes().find(quote.id()).await.unwrap().unwrap().plan();
    let mut plan = tx.plans().find_for_update(plan).await.unwrap().unwrap();
    let mut quote = tx.quotes().find_for_update(quote.id()).await.unwrap().unwrap();
    let outcome = quote.confirm(plan.dreamer(), &mut plan, now());
    if outcome.is_ok() {
        tx.plans().save(&plan).await.unwrap();
        assert_eq!(tx.quotes().save(&quote).await.unwrap(), SaveQuote::Saved);
        tx.commit().await.unwrap();
    } else {
        tx.rollback().await.unwrap();
    }
    outcome
}

/// Under the locks a plan is confirmed once, and the losers hear it from the plan, not from the store.
pub async fn of_many_racing_confirmations_one_wins(store: Store) {
    let plan = committed_plan(&store).await;
    let mut quotes = Vec::new();
    for _ in 0..8 {
        quotes.push(committed_quote(&store, &plan).await);
    }
    let outcomes = join_all(quotes.iter().map(|quote| confirm(&store, quote))).await;
    let winners: Vec<_> = quotes.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok()).collect();
    let [(winner, _)] = winners[..] else { panic!("{outcomes:?}") };
    let state = PlanState::Confirmed { quote: winner.id() };
    assert_eq!(stored_plan(&store, plan.id()).await.unwrap().state(), state);
    for quote in &quotes {
        assert_eq!(stored(&store, quote.id()).await.unwrap().is_confirmed(), quote == winner);
    }
}

/// CONFIRMED plans with their days before, on and after today, whose ids it answers; and others on the
/// same days that must not be found.
async fn trips_around_today(store: &Store) -> [PlanId; 3] {
    let mut tx = store.begin().await.unwrap();
    let maker = add_a_maker(&mut *tx).await.id();
    let mut trips = Vec::new();
    for day in [today().minus_days(1), today(), today().plus_days(1)] {
        let (plan, _) = add_a_confirmed_trip(&mut *tx, maker, |plan| plan.trip_date = day).await;
        trips.push(plan.id());
        add_a_plan(&mut *tx, |plan| plan.trip_date = day).await;
        add_a_completed_trip(&mut *tx, maker, |plan| plan.trip_date = day).await;
    }
    tx.commit().await.unwrap();
    trips.try_into().unwrap()
}

/// Only what is CONFIRMED and has its day on or before the given one; in batches.
pub async fn confirmed_plans_that_are_due_come_in_batches(store: Store) {
    let [yesterdays, todays, _] = trips_around_today(&store).await;
    assert_eq!(confirmed_due(&store, today(), 100, None).await, [yesterdays, todays]);
    assert_eq!(confirmed_due(&store, today(), 1, None).await, [yesterdays]);
    assert_eq!(confirmed_due(&store, today(), 1, Some(yesterdays)).await, [todays]);
    assert_eq!(confirmed_due(&store, today(), 1, Some(todays)).await, []);
    assert_eq!(confirmed_due(&store, today().minus_days(2), 100, None).await, []);
}

async fn confirmed_due(store: &Store, day: TripDate, limit: i64, after: Option<PlanId>) -> Vec<PlanId> {
    let mut tx = store.begin().await.unwrap();
    let due = tx.plans().confirmed_due(day, limit, after).await.unwrap();
    tx.rollback().await.unwrap();
    due
}

/// Only what is CONFIRMED and has its day on the given one; in batches.
pub async fn confirmed_plans_of_a_day_come_in_batches(store: Store) {
    let [yesterdays, first, tomorrows] = trips_around_today(&store).await;
    let [_, second, _] = trips_around_today(&store).await;
    let mut tx = store.begin().await.unwrap();
    let plans = tx.plans();
    assert_eq!(plans.confirmed_on(today(), 100, None).await.unwrap(), [first, second]);
    assert_eq!(plans.confirmed_on(today(), 1, None).await.unwrap(), [first]);
    assert_eq!(plans.confirmed_on(today(), 1, Some(first)).await.unwrap(), [second]);
    assert_eq!(plans.confirmed_on(today(), 1, Some(second)).await.unwrap(), []);
    assert_eq!(plans.confirmed_on(today(), 100, Some(yesterdays)).await.unwrap(), [first, second]);
    let tomorrow = plans.confirmed_on(today().plus_days(1), 1, None).await.unwrap();
    assert_eq!(tomorrow, [tomorrows]);
    tx.rollback().await.unwrap();
}
