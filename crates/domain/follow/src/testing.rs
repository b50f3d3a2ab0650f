//! Follows for tests, and the contract of the port as a suite that runs on every adapter.
//!
//! In an adapter's tests: `follow::follow_contract!(async { store });`

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::sync::{Arc, LazyLock};

use futures_util::future::join;
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Begin, Clock, ErrorCode, IdGenerator, Kind, StoreError, Timestamp, UserId, finish};
use user::HasUsers;
use user::testing::{add_a_dreamer, add_a_maker};

use crate::{AddFollow, Follow, HasFollows, RemoveFollow};

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// A follow that began [`now`].
pub fn a_follow(dreamer: UserId, maker: UserId) -> Follow {
    Follow::begin(ids().next(), dreamer, maker, now())
}

kernel::bundle! {
    /// All that the contract needs from a transaction: who follows, and who is followed, are users.
    pub trait FollowContractTx: HasFollows, HasUsers;
}

/// What the contract runs on: an empty store.
pub type FollowStore = Arc<dyn Begin<dyn FollowContractTx>>;

/// Commits a dreamer and a maker.
async fn hold_a_pair(store: &FollowStore) -> (UserId, UserId) {
    let mut tx = store.begin().await.unwrap();
    let pair = (add_a_dreamer(&mut *tx).await.id(), add_a_maker(&mut *tx).await.id());
    tx.commit().await.unwrap();
    pair
}

/// One whole transaction that begins a follow.
async fn add(store: &FollowStore, follow: &Follow) -> Result<AddFollow, StoreError> {
    let mut tx = store.begin().await?;
    let outcome = tx.follows().add(follow).await;
    finish(tx, outcome).await
}

/// One whole transaction that ends a follow.
async fn remove(store: &FollowStore, dreamer: UserId, maker: UserId) -> Result<RemoveFollow, StoreError> {
    let mut tx = store.begin().await?;
    let outcome = tx.follows().remove(dreamer, maker).await;
    finish(tx, outcome).await
}

pub async fn a_dreamer_follows_a_maker_once_and_until_they_stop(store: FollowStore) {
    let (dreamer, maker) = hold_a_pair(&store).await;
    assert_eq!(remove(&store, dreamer, maker).await.unwrap(), RemoveFollow::NotFollowing);
    for _ in 0..2 {
        assert_eq!(add(&store, &a_follow(dreamer, maker)).await.unwrap(), AddFollow::Added);
        assert_eq!(add(&store, &a_follow(dreamer, maker)).await.unwrap(), AddFollow::AlreadyFollowing);
        assert_eq!(remove(&store, dreamer, maker).await.unwrap(), RemoveFollow::Removed);
        assert_eq!(remove(&store, dreamer, maker).await.unwrap(), RemoveFollow::NotFollowing);
    }
}

pub async fn follows_of_other_pairs_are_left_alone(store: FollowStore) {
    let ((dreamer, maker), (other, others)) = (hold_a_pair(&store).await, hold_a_pair(&store).await);
    for (who, whom) in [(dreamer, maker), (dreamer, others), (other, maker)] {
        assert_eq!(add(&store, &a_follow(who, whom)).await.unwrap(), AddFollow::Added);
    }
    assert_eq!(remove(&store, other, others).await.unwrap(), RemoveFollow::NotFollowing);
    assert_eq!(remove(&store, dreamer, maker).await.unwrap(), RemoveFollow::Removed);
    assert_eq!(remove(&store, dreamer, others).await.unwrap(), RemoveFollow::Removed);
    assert_eq!(remove(&store, other, maker).await.unwrap(), RemoveFollow::Removed);
}

pub async fn a_refused_follow_leaves_the_transaction_usable(store: FollowStore) {
    let ((dreamer, maker), (_, others)) = (hold_a_pair(&store).await, hold_a_pair(&store).await);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.follows().add(&a_follow(dreamer, maker)).await.unwrap(), AddFollow::Added);
    assert_eq!(tx.follows().add(&a_follow(dreamer, maker)).await.unwrap(), AddFollow::AlreadyFollowing);
    assert_eq!(tx.follows().remove(dreamer, others).await.unwrap(), RemoveFollow::NotFollowing);
    assert_eq!(tx.follows().add(&a_follow(dreamer, others)).await.unwrap(), AddFollow::Added);
    tx.commit().await.unwrap();
    assert_eq!(remove(&store, dreamer, maker).await.unwrap(), RemoveFollow::Removed);
    assert_eq!(remove(&store, dreamer, others).await.unwrap(), RemoveFollow::Removed);
}

/// Whether a transaction that raced with another got what it wanted; to be given up for the other's sake
/// is a way of losing.
fn has_won<T: PartialEq>(outcome: Result<T, StoreError>, wanted: &T) -> bool {
    match outcome {
        Ok(outcome) => outcome == *wanted,
        Err(error) => {
            assert_eq!(error.code().kind, Kind::Contended, "{error}");
            false
        }
    }
}

pub async fn of_two_equal_follows_at_once_one_is_refused(store: FollowStore) {
    let (dreamer, maker) = hold_a_pair(&store).await;
    let (first, second) = (a_follow(dreamer, maker), a_follow(dreamer, maker));
    let (one, other) = join(add(&store, &first), add(&store, &second)).await;
    assert!(has_won(one, &AddFollow::Added) ^ has_won(other, &AddFollow::Added));

    let (one, other) = join(remove(&store, dreamer, maker), remove(&store, dreamer, maker)).await;
    assert!(has_won(one, &RemoveFollow::Removed) ^ has_won(other, &RemoveFollow::Removed));
}

pub async fn a_transaction_that_is_rolled_back_or_dropped_changes_no_follow(store: FollowStore) {
    let ((dreamer, maker), (_, others)) = (hold_a_pair(&store).await, hold_a_pair(&store).await);
    assert_eq!(add(&store, &a_follow(dreamer, maker)).await.unwrap(), AddFollow::Added);
    for is_dropped in [false, true] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.follows().add(&a_follow(dreamer, others)).await.unwrap(), AddFollow::Added);
        assert_eq!(tx.follows().remove(dreamer, maker).await.unwrap(), RemoveFollow::Removed);
        if is_dropped {
            drop(tx);
        } else {
            tx.rollback().await.unwrap();
        }
        assert_eq!(add(&store, &a_follow(dreamer, maker)).await.unwrap(), AddFollow::AlreadyFollowing);
        assert_eq!(remove(&store, dreamer, others).await.unwrap(), RemoveFollow::NotFollowing);
    }
}

/// Turns each case of the contract into a test of its own, against a fresh store: a future of
/// [`FollowStore`].
#[macro_export]
macro_rules! follow_contract {
    ($fresh:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh.await).await; })*
    };
    ($fresh:expr) => {
        $crate::follow_contract!($fresh;
            a_dreamer_follows_a_maker_once_and_until_they_stop,
            follows_of_other_pairs_are_left_alone,
            a_refused_follow_leaves_the_transaction_usable,
            of_two_equal_follows_at_once_one_is_refused,
            a_transaction_that_is_rolled_back_or_dropped_changes_no_follow,
        );
    };
}
