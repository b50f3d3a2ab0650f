//! The contract of the port as a suite that runs on every adapter: what is stored equals what the facts
//! say, however they come about.

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use follow::{AddFollow, Follow, HasFollows, RemoveFollow};
use futures_util::future::{join, join_all};
use kernel::{Begin, UserId};
use plan::testing::add_a_plan;
use plan::{HasPlans, Plan};
use quote::testing::{add_a_completed_trip, add_a_confirmed_trip, add_a_quote_by};
use quote::{HasQuotes, Quote};
use review::testing::a_review_of;
use review::{AddReview, HasReviews};
use user::HasUsers;
use user::testing::{add_a_dreamer, add_a_maker, ids, now};

use crate::maker_stats::MakerStats;
use crate::port::HasStats;

kernel::bundle! {
    /// What the contract needs from a transaction: the statistics, and everything that is counted.
    pub trait StatsContractTx: HasStats, HasReviews, HasFollows, HasQuotes, HasPlans, HasUsers;
}

/// The store under test, empty.
pub type Store = Arc<dyn Begin<dyn StatsContractTx>>;

type Tx = dyn StatsContractTx;

async fn committed_maker(store: &Store) -> UserId {
    let mut tx = store.begin().await.unwrap();
    let maker = add_a_maker(&mut *tx).await.id();
    tx.commit().await.unwrap();
    maker
}

/// A new dreamer follows the maker. Answers the dreamer.
async fn follow(tx: &mut Tx, maker: UserId) -> UserId {
    let dreamer = add_a_dreamer(tx).await.id();
    let follow = Follow::begin(ids().next(), dreamer, maker, now());
    assert_eq!(tx.follows().add(&follow).await.unwrap(), AddFollow::Added);
    dreamer
}

/// A new dreamer completes a trip with the maker and reviews it.
async fn review(tx: &mut Tx, maker: UserId, rating: i64) -> (Plan, Quote) {
    let trip = add_a_completed_trip(tx, maker, |_| {}).await;
    let review = a_review_of(&trip, rating.try_into().unwrap());
    assert_eq!(tx.reviews().add(&review).await.unwrap(), AddReview::Added);
    trip
}

async fn delete(tx: &mut Tx, plan: &mut Plan) {
    plan.delete(plan.dreamer(), now()).unwrap();
    tx.plans().save(plan).await.unwrap();
    tx.quotes().delete_all_of_plan(plan.id(), now()).await.unwrap();
}

/// A bit of everything: three reviews, two followers left of three, and four confirmed quotes, one of them
/// on a plan that was reviewed and deleted; and a quote that was never confirmed.
async fn add_facts(tx: &mut Tx, maker: UserId) -> MakerStats {
    for rating in [5, 5] {
        review(tx, maker, rating).await;
    }
    let (mut reviewed, _) = review(tx, maker, 3).await;
    delete(tx, &mut reviewed).await;
    let pending = add_a_plan(tx, |_| {}).await;
    add_a_quote_by(tx, maker, &pending).await;
    add_a_confirmed_trip(tx, maker, |_| {}).await;
    let former = follow(tx, maker).await;
    follow(tx, maker).await;
    follow(tx, maker).await;
    assert_eq!(tx.follows().remove(former, maker).await.unwrap(), RemoveFollow::Removed);
    MakerStats { maker, rating_sum: 13, total_reviews: 3, total_follows: 2, total_confirms: 4 }
}

async fn rebuild(store: &Store, maker: UserId) {
    let mut tx = store.begin().await.unwrap();
    tx.stats().rebuild(maker, now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// What is stored, and what the facts say.
async fn seen(store: &Store, maker: UserId) -> (Option<MakerStats>, MakerStats) {
    let mut tx = store.begin().await.unwrap();
    let seen = (tx.stats().stored(maker).await.unwrap(), tx.stats().counted(maker).await.unwrap());
    tx.rollback().await.unwrap();
    seen
}

/// Nothing is counted for a maker of whom nothing is known, and nothing is stored before a rebuild.
pub async fn a_new_maker_has_nothing(store: Store) {
    let maker = committed_maker(&store).await;
    assert_eq!(seen(&store, maker).await, (None, MakerStats::none(maker)));
    rebuild(&store, maker).await;
    assert_eq!(seen(&store, maker).await, (Some(MakerStats::none(maker)), MakerStats::none(maker)));
}

/// All of the maker's facts count, each once, deleted plans included, and nobody else's.
pub async fn a_makers_facts_are_counted_and_nobody_elses(store: Store) {
    let (maker, another) = (committed_maker(&store).await, committed_maker(&store).await);
    let mut tx = store.begin().await.unwrap();
    let expected = add_facts(&mut *tx, maker).await;
    review(&mut *tx, another, 1).await;
    // A transaction counts what it has written itself.
    assert_eq!(tx.stats().counted(maker).await.unwrap(), expected);
    tx.commit().await.unwrap();
    assert_eq!(seen(&store, maker).await, (None, expected));
    rebuild(&store, maker).await;
    assert_eq!(seen(&store, maker).await, (Some(expected), expected));
    let others =
        MakerStats { rating_sum: 1, total_reviews: 1, total_confirms: 1, ..MakerStats::none(another) };
    assert_eq!(seen(&store, another).await, (None, others));
}

/// Doing it twice is doing it once, and a later one replaces an earlier one, downwards too.
pub async fn a_rebuild_replaces_what_was_stored(store: Store) {
    let maker = committed_maker(&store).await;
    let mut tx = store.begin().await.unwrap();
    let follower = follow(&mut *tx, maker).await;
    tx.commit().await.unwrap();
    let followed = MakerStats { total_follows: 1, ..MakerStats::none(maker) };
    for _ in 0..2 {
        rebuild(&store, maker).await;
        assert_eq!(seen(&store, maker).await, (Some(followed), followed));
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.follows().remove(follower, maker).await.unwrap(), RemoveFollow::Removed);
    tx.commit().await.unwrap();
    assert_eq!(seen(&store, maker).await, (Some(followed), MakerStats::none(maker)));
    rebuild(&store, maker).await;
    assert_eq!(seen(&store, maker).await.0, Some(MakerStats::none(maker)));
}

/// Neither a rollback nor a drop leaves a count or a lock.
pub async fn an_abandoned_rebuild_stores_nothing(store: Store) {
    let maker = committed_maker(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.stats().rebuild(maker, now()).await.unwrap();
    assert_eq!(tx.stats().stored(maker).await.unwrap(), Some(MakerStats::none(maker)));
    tx.rollback().await.unwrap();
    assert_eq!(seen(&store, maker).await.0, None);
    let mut tx = store.begin().await.unwrap();
    tx.stats().rebuild(maker, now()).await.unwrap();
    drop(tx);
    assert_eq!(seen(&store, maker).await.0, None);
    rebuild(&store, maker).await;
}

/// Dreamers and strangers have no statistics; rebuilding theirs is no error.
pub async fn only_makers_have_statistics(store: Store) {
    let mut tx = store.begin().await.unwrap();
    let dreamer = add_a_dreamer(&mut *tx).await.id();
    for nobody in [dreamer, ids().next()] {
        tx.stats().rebuild(nobody, now()).await.unwrap();
        assert_eq!(tx.stats().stored(nobody).await.unwrap(), None);
        assert_eq!(tx.stats().counted(nobody).await.unwrap(), MakerStats::none(nobody));
    }
    tx.commit().await.unwrap();
}

/// All makers, no dreamers, by ascending id.
pub async fn makers_come_in_batches(store: Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.stats().makers(None, 10).await.unwrap(), []);
    let mut makers = [(); 3].map(|()| ids().next());
    for maker in &mut makers {
        *maker = add_a_maker(&mut *tx).await.id();
        add_a_dreamer(&mut *tx).await;
    }
    tx.commit().await.unwrap();
    let [first, second, third] = makers;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.stats().makers(None, 10).await.unwrap(), makers);
    assert_eq!(tx.stats().makers(None, 2).await.unwrap(), [first, second]);
    assert_eq!(tx.stats().makers(Some(second), 2).await.unwrap(), [third]);
    assert_eq!(tx.stats().makers(Some(third), 2).await.unwrap(), []);
    tx.rollback().await.unwrap();
}

/// A rebuild that meets an unfinished one waits for it and counts what that one's transaction wrote.
pub async fn a_rebuild_waits_for_an_unfinished_one(store: Store) {
    let maker = committed_maker(&store).await;
    // The row is there before, so that waiting for its insertion is not all that keeps them in order.
    rebuild(&store, maker).await;
    let mut first = store.begin().await.unwrap();
    follow(&mut *first, maker).await;
    first.stats().rebuild(maker, now()).await.unwrap();
    let released = AtomicBool::new(false);
    let holder = async {
        // Many round trips in which the other could count too early, if nothing held it.
        for _ in 0..50 {
            first.stats().counted(maker).await.unwrap();
        }
        released.store(true, Ordering::SeqCst);
        first.commit().await.unwrap();
    };
    let waiter = async {
        let mut second = store.begin().await.unwrap();
        second.stats().rebuild(maker, now()).await.unwrap();
        assert!(released.load(Ordering::SeqCst), "the lock did not hold");
        second.commit().await.unwrap();
    };
    join(holder, waiter).await;
    let followed = MakerStats { total_follows: 1, ..MakerStats::none(maker) };
    assert_eq!(seen(&store, maker).await, (Some(followed), followed));
}

/// Each commits a fact and rebuilds after; whoever is last, all facts are in.
pub async fn concurrent_rebuilds_end_with_the_latest_count(store: Store) {
    let maker = committed_maker(&store).await;
    let one = async || {
        let mut tx = store.begin().await.unwrap();
        follow(&mut *tx, maker).await;
        tx.commit().await.unwrap();
        rebuild(&store, maker).await;
    };
    join_all((0..8).map(|_| one())).await;
    let followed = MakerStats { total_follows: 8, ..MakerStats::none(maker) };
    assert_eq!(seen(&store, maker).await, (Some(followed), followed));
}

/// Makes each case a test of its own, on a fresh store: `stats::stats_contract!(fresh_store());`, with a
/// future of a [`Store`] and tokio at hand.
#[macro_export]
macro_rules! stats_contract {
    ($fresh_store:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_store.await).await; })*
    };
    ($fresh_store:expr) => {
        $crate::stats_contract!($fresh_store;
            a_new_maker_has_nothing,
            a_makers_facts_are_counted_and_nobody_elses,
            a_rebuild_replaces_what_was_stored,
            an_abandoned_rebuild_stores_nothing,
            only_makers_have_statistics,
            makers_come_in_batches,
            a_rebuild_waits_for_an_unfinished_one,
            concurrent_rebuilds_end_with_the_latest_count,
        );
    };
}
