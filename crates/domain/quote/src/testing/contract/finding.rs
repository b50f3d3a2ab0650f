//! Looking quotes up, one and all of a plan, and their locks.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use futures_util::future::join;
use kernel::Coconuts;
use plan::testing::add_a_plan;
use user::testing::{add_a_maker, ids, now};

use super::{Store, add_a_quote, committed_plan, committed_quote, stored};
use crate::port::{AddQuote, SaveQuote};
use crate::quote::Quote;
use crate::testing::a_quote_by;

/// Every field comes back, at its longest and with every sort of character.
pub async fn a_quote_is_found_as_it_was_added(store: Store) {
    let mut tx = store.begin().await.unwrap();
    let maker = add_a_maker(&mut *tx).await.id();
    let plan = add_a_plan(&mut *tx, |plan| plan.assignees = vec![maker]).await;
    let mut parts = a_quote_by(maker, &plan).into_parts();
    parts.content = "🥥'\"\\%_\n".repeat(714).try_into().unwrap();
    parts.price = Coconuts::MAX.try_into().unwrap();
    let quote = Quote::restore(parts);
    assert_eq!(tx.quotes().add(&quote).await.unwrap(), AddQuote::Added);
    tx.commit().await.unwrap();
    assert!(quote.is_assigned());
    assert_eq!(stored(&store, quote.id()).await, Some(quote));
}

/// A save of a quote that was never added is refused, and adds nothing.
pub async fn an_unknown_quote_is_neither_found_nor_saved(store: Store) {
    let plan = committed_plan(&store).await;
    let known = committed_quote(&store, &plan).await;
    let unknown = a_quote_by(known.maker(), &plan);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.quotes().save(&unknown).await.is_err());
    tx.rollback().await.unwrap();
    assert_eq!(stored(&store, unknown.id()).await, None);
}

/// By ascending id; neither deleted ones nor those of other plans.
pub async fn live_quotes_of_a_plan_are_its_own_and_not_deleted(store: Store) {
    let mut tx = store.begin().await.unwrap();
    let plan = add_a_plan(&mut *tx, |_| {}).await;
    let another = add_a_plan(&mut *tx, |_| {}).await;
    let lowest = ids().next();
    let mut live = vec![add_a_quote(&mut *tx, &plan).await, add_a_quote(&mut *tx, &plan).await];
    let mut withdrawn = add_a_quote(&mut *tx, &plan).await;
    withdrawn.withdraw(withdrawn.maker(), &plan, now()).unwrap();
    assert_eq!(tx.quotes().save(&withdrawn).await.unwrap(), SaveQuote::Saved);
    let elsewhere = add_a_quote(&mut *tx, &another).await;
    // The first id is added last: the order is that of the ids, not of adding.
    let mut parts = a_quote_by(add_a_maker(&mut *tx).await.id(), &plan).into_parts();
    parts.id = lowest;
    let last = Quote::restore(parts);
    assert_eq!(tx.quotes().add(&last).await.unwrap(), AddQuote::Added);
    live.insert(0, last);
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.quotes().live_of_plan_for_update(plan.id()).await.unwrap(), live);
    assert_eq!(tx.quotes().live_of_plan_for_update(another.id()).await.unwrap(), [elsewhere]);
    assert_eq!(tx.quotes().live_of_plan_for_update(ids().next()).await.unwrap(), []);
    tx.rollback().await.unwrap();
}

/// Exactly what the aggregate says, for each live quote of that plan and no other.
pub async fn quotes_are_deleted_with_their_plan(store: Store) {
    let at = now() + TimeDelta::minutes(7);
    let mut tx = store.begin().await.unwrap();
    let plan = add_a_plan(&mut *tx, |_| {}).await;
    let another = add_a_plan(&mut *tx, |_| {}).await;
    let mut live = [add_a_quote(&mut *tx, &plan).await, add_a_quote(&mut *tx, &plan).await];
    let mut withdrawn = add_a_quote(&mut *tx, &plan).await;
    let elsewhere = add_a_quote(&mut *tx, &another).await;
    withdrawn.withdraw(withdrawn.maker(), &plan, now()).unwrap();
    assert_eq!(tx.quotes().save(&withdrawn).await.unwrap(), SaveQuote::Saved);
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    tx.plans().find_for_update(plan.id()).await.unwrap();
    let makers = tx.quotes().delete_all_of_plan(plan.id(), at).await.unwrap();
    assert_eq!(makers, live.each_ref().map(Quote::maker));
    assert_eq!(tx.quotes().delete_all_of_plan(plan.id(), at).await.unwrap(), []);
    tx.commit().await.unwrap();
    for quote in &mut live {
        quote.delete_with_plan(at);
    }
    for expected in live.into_iter().chain([withdrawn, elsewhere]) {
        assert_eq!(stored(&store, expected.id()).await, Some(expected));
    }
}

/// Whoever wants a locked quote gets it after its holder, as the holder left it.
pub async fn a_locked_quote_is_waited_for(store: Store) {
    let plan = committed_plan(&store).await;
    let quote = committed_quote(&store, &plan).await;
    let mut first = store.begin().await.unwrap();
    let mut locked = first.quotes().find_for_update(quote.id()).await.unwrap().unwrap();
    let released = AtomicBool::new(false);
    let holder = async {
        // Many round trips in which the other could get past the lock, if there were none.
        for _ in 0..50 {
            first.quotes().find(quote.id()).await.unwrap();
        }
        locked.withdraw(quote.maker(), &plan, now()).unwrap();
        assert_eq!(first.quotes().save(&locked).await.unwrap(), SaveQuote::Saved);
        released.store(true, Ordering::SeqCst);
        first.commit().await.unwrap();
    };
    let waiter = async {
        let seen = stored(&store, quote.id()).await.unwrap();
        assert!(released.load(Ordering::SeqCst), "the lock did not hold");
        assert!(seen.is_deleted());
    };
    join(holder, waiter).await;
}
