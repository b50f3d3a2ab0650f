//! One live quote per maker and plan; abandoned transactions.

use futures_util::future::join;
use user::testing::{add_a_maker, now};

use super::{Store, add_a_quote, add_a_quote_by, committed_maker, committed_plan, committed_quote, stored};
use crate::port::{AddQuote, SaveQuote};
use crate::quote::Quote;
use crate::testing::a_quote_by;

/// A maker's second live quote on a plan is refused; another maker's, or on another plan, is not.
pub async fn a_second_live_quote_is_refused_and_the_transaction_survives(store: Store) {
    let (plan, other_plan) = (committed_plan(&store).await, committed_plan(&store).await);
    let mut tx = store.begin().await.unwrap();
    let first = add_a_quote(&mut *tx, &plan).await;
    let second = a_quote_by(first.maker(), &plan);
    assert_eq!(tx.quotes().add(&second).await.unwrap(), AddQuote::AlreadyQuoted);
    let by_another = add_a_quote(&mut *tx, &plan).await;
    let elsewhere = add_a_quote_by(&mut *tx, first.maker(), &other_plan).await;
    tx.commit().await.unwrap();
    for kept in [first, by_another, elsewhere] {
        assert_eq!(stored(&store, kept.id()).await, Some(kept));
    }
    assert_eq!(stored(&store, second.id()).await, None);
}

/// A withdrawn quote doesn't count, however many there are; the one after it does.
pub async fn a_maker_may_quote_again_after_withdrawing(store: Store) {
    let (plan, maker) = (committed_plan(&store).await, committed_maker(&store).await);
    for _ in 0..2 {
        let mut tx = store.begin().await.unwrap();
        let mut quote = add_a_quote_by(&mut *tx, maker, &plan).await;
        quote.withdraw(maker, &plan, now()).unwrap();
        assert_eq!(tx.quotes().save(&quote).await.unwrap(), SaveQuote::Saved);
        tx.commit().await.unwrap();
        assert_eq!(stored(&store, quote.id()).await, Some(quote));
    }
    assert_eq!(add_and_commit(&store, &a_quote_by(maker, &plan)).await, AddQuote::Added);
    assert_eq!(add_and_commit(&store, &a_quote_by(maker, &plan)).await, AddQuote::AlreadyQuoted);
}

/// The constraint holds between transactions that can't see each other's writes.
pub async fn of_two_concurrent_quotes_by_one_maker_one_is_added(store: Store) {
    let (plan, maker) = (committed_plan(&store).await, committed_maker(&store).await);
    let (one, other) = (a_quote_by(maker, &plan), a_quote_by(maker, &plan));
    let outcomes = join(add_and_commit(&store, &one), add_and_commit(&store, &other)).await;
    let (added, refused) = match outcomes {
        (AddQuote::Added, AddQuote::AlreadyQuoted) => (one, other),
        (AddQuote::AlreadyQuoted, AddQuote::Added) => (other, one),
        both => panic!("{both:?}"),
    };
    assert_eq!(stored(&store, refused.id()).await, None);
    assert_eq!(stored(&store, added.id()).await, Some(added));
}

async fn add_and_commit(store: &Store, quote: &Quote) -> AddQuote {
    let mut tx = store.begin().await.unwrap();
    let outcome = tx.quotes().add(quote).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

/// A transaction that comes to nothing is to the one that waited for it as if it had never been.
pub async fn a_quote_that_is_rolled_back_stands_in_nobodys_way(store: Store) {
    let (plan, maker) = (committed_plan(&store).await, committed_maker(&store).await);
    let mut tx = store.begin().await.unwrap();
    let given_up = add_a_quote_by(&mut *tx, maker, &plan).await;
    let kept = a_quote_by(maker, &plan);
    let (outcome, rolled_back) = join(add_and_commit(&store, &kept), tx.rollback()).await;
    rolled_back.unwrap();
    assert_eq!(outcome, AddQuote::Added);
    assert_eq!(stored(&store, given_up.id()).await, None);
    assert_eq!(stored(&store, kept.id()).await, Some(kept));
}

/// Dropping is rolling back, and nobody waits for the locks of a dropped transaction.
pub async fn a_dropped_transaction_leaves_no_quote_and_no_lock(store: Store) {
    let plan = committed_plan(&store).await;
    let known = committed_quote(&store, &plan).await;
    let mut tx = store.begin().await.unwrap();
    let maker = add_a_maker(&mut *tx).await.id();
    let new = add_a_quote_by(&mut *tx, maker, &plan).await;
    let mut changed = tx.quotes().find_for_update(known.id()).await.unwrap().unwrap();
    changed.withdraw(known.maker(), &plan, now()).unwrap();
    assert_eq!(tx.quotes().save(&changed).await.unwrap(), SaveQuote::Saved);
    drop(tx);
    assert_eq!((stored(&store, new.id()).await, stored(&store, known.id()).await), (None, Some(known)));
}
