//! What a store of plans promises. The cases in which a plan has a confirmed quote are in the contract of
//! the quotes, since a store may insist that the quote exists.

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, join_all};
use kernel::{Begin, PlanId, ServiceArea, TripDate, TripType, UserId};
use user::HasUsers;
use user::testing::{add_a_dreamer, add_a_maker, ids, now};

use crate::plan::{Plan, PlanParts};
use crate::port::HasPlans;
use crate::state::PlanState;
use crate::testing::{a_plan_with, today};

kernel::bundle! {
    /// What the contract needs from a transaction: the plans, and users to own them.
    pub trait PlanContractTx: HasPlans, HasUsers;
}

/// The store under test, empty.
pub type Store = Arc<dyn Begin<dyn PlanContractTx>>;

/// Stores a new dreamer with a plan: [`a_plan`](crate::testing::a_plan) with a line or two of change.
pub async fn add_a_plan<Tx: HasPlans + HasUsers + ?Sized>(
    tx: &mut Tx,
    change: impl FnOnce(&mut PlanParts),
) -> Plan {
    let dreamer = add_a_dreamer(tx).await.id();
    let plan = a_plan_with(|plan| {
        plan.dreamer = dreamer;
        change(plan);
    });
    tx.plans().add(&plan).await.unwrap();
    plan
}

async fn committed_plan(store: &Store, change: impl FnOnce(&mut PlanParts)) -> Plan {
    let mut tx = store.begin().await.unwrap();
    let plan = add_a_plan(&mut *tx, change).await;
    tx.commit().await.unwrap();
    plan
}

async fn committed_makers<const N: usize>(store: &Store) -> [UserId; N] {
    let mut tx = store.begin().await.unwrap();
    let mut makers = [(); N].map(|()| ids().next());
    for maker in &mut makers {
        *maker = add_a_maker(&mut *tx).await.id();
    }
    tx.commit().await.unwrap();
    makers
}

/// The plan as a new transaction sees it.
async fn stored(store: &Store, id: PlanId) -> Option<Plan> {
    let mut tx = store.begin().await.unwrap();
    let plan = tx.plans().find_for_update(id).await.unwrap();
    tx.rollback().await.unwrap();
    plan
}

/// Asks one more maker in a transaction of its own.
async fn ask(store: &Store, plan: PlanId, maker: UserId) {
    let mut tx = store.begin().await.unwrap();
    let mut plan = tx.plans().find_for_update(plan).await.unwrap().unwrap();
    plan.ask(plan.dreamer(), maker, &[plan.service_area()], now()).unwrap();
    tx.plans().save(&plan).await.unwrap();
    tx.commit().await.unwrap();
}

/// Every field comes back, at its longest and with every sort of character.
pub async fn a_plan_is_found_as_it_was_added(store: Store) {
    let makers = committed_makers::<3>(&store).await;
    let plan = committed_plan(&store, |plan| {
        plan.title = "가".repeat(100).try_into().unwrap();
        plan.details = "🥥'\"\\%_\n".repeat(714).try_into().unwrap();
        plan.trip_type = TripType::Shopping;
        plan.service_area = ServiceArea::Jeju;
        plan.address = Some("제주시 ".repeat(75).try_into().unwrap());
        plan.assignees = makers.into_iter().rev().collect();
    })
    .await;
    assert_eq!(stored(&store, plan.id()).await, Some(plan));
    assert_eq!(stored(&store, ids().next()).await, None);
}

/// A save replaces what may change, the assignees and their order included.
pub async fn a_plan_is_found_as_it_was_saved(store: Store) {
    let [first, second, third] = committed_makers(&store).await;
    let id = committed_plan(&store, |plan| plan.assignees = vec![first, second]).await.id();
    let mut tx = store.begin().await.unwrap();
    let mut plan = tx.plans().find_for_update(id).await.unwrap().unwrap();
    let (owner, areas) = (plan.dreamer(), [plan.service_area()]);
    plan.ask(owner, third, &areas, now()).unwrap();
    plan.turn_down(first, now()).unwrap();
    plan.ask(owner, first, &areas, now()).unwrap();
    plan.expire(plan.trip_date(), now()).unwrap();
    tx.plans().save(&plan).await.unwrap();
    // Saving what is stored already is no conflict.
    tx.plans().save(&plan).await.unwrap();
    tx.commit().await.unwrap();
    let saved = stored(&store, id).await.unwrap();
    assert_eq!((saved.assignees(), saved.state()), (&[second, third, first][..], PlanState::Overdue));
    assert_eq!(saved, plan);
}

/// A save of a plan that was never added is refused, and adds nothing.
pub async fn an_unknown_plan_is_not_saved(store: Store) {
    let known = committed_plan(&store, |_| {}).await;
    let unknown = a_plan_with(|plan| plan.dreamer = known.dreamer());
    let mut tx = store.begin().await.unwrap();
    assert!(tx.plans().save(&unknown).await.is_err());
    tx.rollback().await.unwrap();
    assert_eq!(stored(&store, unknown.id()).await, None);
}

/// Deleted plans are answered as such, for the aggregate to refuse.
pub async fn a_deleted_plan_is_found_deleted(store: Store) {
    let mut plan = committed_plan(&store, |_| {}).await;
    plan.delete(plan.dreamer(), now()).unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(tx.plans().find_for_update(plan.id()).await.unwrap().is_some());
    tx.plans().save(&plan).await.unwrap();
    tx.commit().await.unwrap();
    let found = stored(&store, plan.id()).await.unwrap();
    assert!(found.is_deleted());
    assert_eq!(found, plan);
}

/// Only what is PENDING, not deleted, and has its day today or before; in batches.
pub async fn pending_plans_that_are_due_come_in_batches(store: Store) {
    let lowest: PlanId = ids().next();
    let [today, yesterday, long_ago] = [today(), today().minus_days(1), today().minus_days(900)];
    let second = committed_plan(&store, |plan| plan.trip_date = today).await.id();
    let third = committed_plan(&store, |plan| plan.trip_date = yesterday).await.id();
    let fourth = committed_plan(&store, |plan| plan.trip_date = long_ago).await.id();
    committed_plan(&store, |plan| plan.trip_date = today.plus_days(1)).await;
    committed_plan(&store, |plan| (plan.trip_date, plan.state) = (today, PlanState::Overdue)).await;
    committed_plan(&store, |plan| (plan.trip_date, plan.deleted_at) = (today, Some(now()))).await;
    // The first id is added last: the order is that of the ids, not of adding.
    let first = committed_plan(&store, |plan| (plan.id, plan.trip_date) = (lowest, today)).await.id();
    assert_eq!(pending_due(&store, today, 100, None).await, [first, second, third, fourth]);
    assert_eq!(pending_due(&store, today, 3, None).await, [first, second, third]);
    assert_eq!(pending_due(&store, today, 3, Some(first)).await, [second, third, fourth]);
    assert_eq!(pending_due(&store, today, 3, Some(fourth)).await, []);
    assert_eq!(pending_due(&store, yesterday, 100, None).await, [third, fourth]);
}

async fn pending_due(store: &Store, day: TripDate, limit: i64, after: Option<PlanId>) -> Vec<PlanId> {
    let mut tx = store.begin().await.unwrap();
    let due = tx.plans().pending_due(day, limit, after).await.unwrap();
    tx.rollback().await.unwrap();
    due
}

/// After a rollback neither a new plan nor a change is there.
pub async fn a_rolled_back_transaction_leaves_no_plan(store: Store) {
    let [maker] = committed_makers(&store).await;
    let known = committed_plan(&store, |_| {}).await;
    let mut tx = store.begin().await.unwrap();
    let new = add_a_plan(&mut *tx, |_| {}).await;
    assert_eq!(tx.plans().find_for_update(new.id()).await.unwrap(), Some(new.clone()));
    let mut changed = tx.plans().find_for_update(known.id()).await.unwrap().unwrap();
    changed.ask(known.dreamer(), maker, &[known.service_area()], now()).unwrap();
    tx.plans().save(&changed).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!((stored(&store, new.id()).await, stored(&store, known.id()).await), (None, Some(known)));
}

/// Dropping is rolling back, and nobody waits for the locks of a dropped transaction.
pub async fn a_dropped_transaction_leaves_no_plan_and_no_lock(store: Store) {
    let [maker] = committed_makers(&store).await;
    let known = committed_plan(&store, |_| {}).await;
    let mut tx = store.begin().await.unwrap();
    let new = add_a_plan(&mut *tx, |_| {}).await;
    let mut changed = tx.plans().find_for_update(known.id()).await.unwrap().unwrap();
    changed.ask(known.dreamer(), maker, &[known.service_area()], now()).unwrap();
    tx.plans().save(&changed).await.unwrap();
    drop(tx);
    assert_eq!((stored(&store, new.id()).await, stored(&store, known.id()).await), (None, Some(known)));
}

/// Whoever wants a locked plan gets it after its holder, as the holder left it.
pub async fn a_locked_plan_is_waited_for(store: Store) {
    let [maker] = committed_makers(&store).await;
    let plan = committed_plan(&store, |_| {}).await;
    let mut first = store.begin().await.unwrap();
    let mut locked = first.plans().find_for_update(plan.id()).await.unwrap().unwrap();
    let released = AtomicBool::new(false);
    let holder = async {
        // Many round trips in which the other could get past the lock, if there were none.
        for _ in 0..50 {
            first.plans().pending_due(today(), 1, None).await.unwrap();
        }
        locked.ask(plan.dreamer(), maker, &[plan.service_area()], now()).unwrap();
        first.plans().save(&locked).await.unwrap();
        released.store(true, Ordering::SeqCst);
        first.commit().await.unwrap();
    };
    let waiter = async {
        let seen = stored(&store, plan.id()).await.unwrap();
        assert!(released.load(Ordering::SeqCst), "the lock did not hold");
        assert_eq!(seen.assignees(), [maker]);
    };
    join(holder, waiter).await;
}

/// Load, change, save: under the lock no change overwrites another.
pub async fn concurrent_changes_of_a_plan_are_all_kept(store: Store) {
    let mut makers = committed_makers::<8>(&store).await;
    let plan = committed_plan(&store, |_| {}).await;
    join_all(makers.map(|maker| ask(&store, plan.id(), maker))).await;
    let mut asked = stored(&store, plan.id()).await.unwrap().assignees().to_vec();
    asked.sort();
    makers.sort();
    assert_eq!(asked, makers);
}

/// Makes each case a test of its own, on a fresh store: `plan::plan_contract!(fresh_store());`, with a
/// future of a [`Store`] and tokio at hand.
#[macro_export]
macro_rules! plan_contract {
    ($fresh_store:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_store.await).await; })*
    };
    ($fresh_store:expr) => {
        $crate::plan_contract!($fresh_store;
            a_plan_is_found_as_it_was_added,
            a_plan_is_found_as_it_was_saved,
            an_unknown_plan_is_not_saved,
            a_deleted_plan_is_found_deleted,
            pending_plans_that_are_due_come_in_batches,
            a_rolled_back_transaction_leaves_no_plan,
            a_dropped_transaction_leaves_no_plan_and_no_lock,
            a_locked_plan_is_waited_for,
            concurrent_changes_of_a_plan_are_all_kept,
        );
    };
}
