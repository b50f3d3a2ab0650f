//! What a store of reviews promises.

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::sync::Arc;

use futures_util::future::join;
use kernel::Begin;
use plan::{HasPlans, Plan};
use quote::testing::add_a_completed_trip;
use quote::{HasQuotes, Quote};
use user::HasUsers;
use user::testing::{add_a_maker, now};

use crate::port::{AddReview, HasReviews};
use crate::review::{NewReview, Rating, Review};
use crate::testing::a_new_review;

kernel::bundle! {
    /// What the contract needs from a transaction: the reviews, with completed trips to be reviewed.
    pub trait ReviewContractTx: HasReviews, HasQuotes, HasPlans, HasUsers;
}

/// The store under test, empty.
pub type Store = Arc<dyn Begin<dyn ReviewContractTx>>;

/// A review by the trip's dreamer of its maker, not stored.
pub fn a_review_of((plan, quote): &(Plan, Quote), rating: Rating) -> Review {
    let new = NewReview { writer: plan.dreamer(), owner: quote.maker(), rating, ..a_new_review() };
    Review::write(new, plan, Some(quote.maker()), now()).unwrap()
}

fn four_stars(trip: &(Plan, Quote)) -> Review {
    a_review_of(trip, 4.try_into().unwrap())
}

async fn committed_trip(store: &Store) -> (Plan, Quote) {
    let mut tx = store.begin().await.unwrap();
    let maker = add_a_maker(&mut *tx).await.id();
    let trip = add_a_completed_trip(&mut *tx, maker, |_| {}).await;
    tx.commit().await.unwrap();
    trip
}

async fn add_and_commit(store: &Store, review: &Review) -> AddReview {
    let mut tx = store.begin().await.unwrap();
    let outcome = tx.reviews().add(review).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

/// A trip has one review; another trip, also with the same maker, has its own.
pub async fn a_second_review_is_refused_and_the_transaction_survives(store: Store) {
    let trip = committed_trip(&store).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.reviews().add(&four_stars(&trip)).await.unwrap(), AddReview::Added);
    assert_eq!(tx.reviews().add(&four_stars(&trip)).await.unwrap(), AddReview::AlreadyReviewed);
    let another = add_a_completed_trip(&mut *tx, trip.1.maker(), |_| {}).await;
    assert_eq!(tx.reviews().add(&four_stars(&another)).await.unwrap(), AddReview::Added);
    tx.commit().await.unwrap();
    assert_eq!(add_and_commit(&store, &four_stars(&trip)).await, AddReview::AlreadyReviewed);
    assert_eq!(add_and_commit(&store, &four_stars(&another)).await, AddReview::AlreadyReviewed);
}

/// The constraint holds between transactions that can't see each other's writes.
pub async fn of_two_concurrent_reviews_one_is_added(store: Store) {
    let trip = committed_trip(&store).await;
    let (one, other) = (four_stars(&trip), four_stars(&trip));
    let outcomes = join(add_and_commit(&store, &one), add_and_commit(&store, &other)).await;
    assert!(matches!(
        outcomes,
        (AddReview::Added, AddReview::AlreadyReviewed) | (AddReview::AlreadyReviewed, AddReview::Added)
    ));
}

/// A transaction that comes to nothing is to the one that waited for it as if it had never been.
pub async fn a_review_that_is_rolled_back_stands_in_nobodys_way(store: Store) {
    let trip = committed_trip(&store).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.reviews().add(&four_stars(&trip)).await.unwrap(), AddReview::Added);
    let review = four_stars(&trip);
    let (outcome, rolled_back) = join(add_and_commit(&store, &review), tx.rollback()).await;
    rolled_back.unwrap();
    assert_eq!(outcome, AddReview::Added);
}

/// Dropping is rolling back, and nobody waits for the locks of a dropped transaction.
pub async fn a_dropped_transaction_leaves_no_review(store: Store) {
    let trip = committed_trip(&store).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.reviews().add(&four_stars(&trip)).await.unwrap(), AddReview::Added);
    drop(tx);
    assert_eq!(add_and_commit(&store, &four_stars(&trip)).await, AddReview::Added);
}

/// A review stays when its plan is deleted, and a deleted plan gets no second one.
pub async fn a_review_outlives_its_plan(store: Store) {
    let (mut plan, quote) = committed_trip(&store).await;
    let trip = (plan.clone(), quote);
    assert_eq!(add_and_commit(&store, &four_stars(&trip)).await, AddReview::Added);
    plan.delete(plan.dreamer(), now()).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.plans().find_for_update(plan.id()).await.unwrap();
    tx.plans().save(&plan).await.unwrap();
    tx.quotes().delete_all_of_plan(plan.id(), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(add_and_commit(&store, &four_stars(&trip)).await, AddReview::AlreadyReviewed);
}

/// Makes each case a test of its own, on a fresh store: `review::review_contract!(fresh_store());`, with
/// a future of a [`Store`] and tokio at hand.
#[macro_export]
macro_rules! review_contract {
    ($fresh_store:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_store.await).await; })*
    };
    ($fresh_store:expr) => {
        $crate::review_contract!($fresh_store;
            a_second_review_is_refused_and_the_transaction_survives,
            of_two_concurrent_reviews_one_is_added,
            a_review_that_is_rolled_back_stands_in_nobodys_way,
            a_dropped_transaction_leaves_no_review,
            a_review_outlives_its_plan,
        );
    };
}
