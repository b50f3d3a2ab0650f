//! A dreamer's own plans.

use kernel::{PlanId, PlanStatus, UserId};
use plan::PlanState;
use plan::testing::today;
use user::testing::{a_new_maker, add_a_dreamer, add_a_maker, now};

use super::{
    World, a_completed_trip, a_confirmed_trip, a_plan_of, a_review_of, a_user_called, at, delete, named,
    whole_list,
};
use crate::queries::{ConfirmedQuoteView, DreamerPlanFilter, DreamerPlanView, PlanOrder};

async fn shown(world: &World, dreamer: UserId, filter: &DreamerPlanFilter) -> Vec<DreamerPlanView> {
    whole_list(async |page| world.plans.of_dreamer(dreamer, filter, page).await.unwrap()).await
}

async fn listed(world: &World, dreamer: UserId, filter: &DreamerPlanFilter) -> Vec<PlanId> {
    shown(world, dreamer, filter).await.into_iter().map(|entry| entry.plan.id).collect()
}

pub async fn a_dreamer_sees_their_own_plans_in_the_asked_order(world: World) {
    let (dreamer, plans) = world
        .hold(async |tx| {
            let (dreamer, another) = (add_a_dreamer(tx).await.id(), add_a_dreamer(tx).await.id());
            let mut plans = Vec::new();
            for (minute, days) in [(3, 9), (1, 2), (2, 5), (2, 5), (4, 7)] {
                let plan = a_plan_of(tx, dreamer, |plan| {
                    plan.created_at = at(minute);
                    plan.trip_date = today().plus_days(days);
                })
                .await;
                plans.push(plan.id());
                a_plan_of(tx, another, |_| {}).await;
            }
            let mut deleted = a_plan_of(tx, dreamer, |_| {}).await;
            delete(tx, &mut deleted).await;
            (dreamer, plans)
        })
        .await;
    for (order_by, expected) in
        [(PlanOrder::Recent, [4, 0, 3, 2, 1]), (PlanOrder::ScheduleFirst, [1, 3, 2, 4, 0])]
    {
        let filter = DreamerPlanFilter { order_by, ..DreamerPlanFilter::default() };
        assert_eq!(listed(&world, dreamer, &filter).await, expected.map(|index: usize| plans[index]));
    }
}

pub async fn a_dreamers_plans_are_filtered_by_status(world: World) {
    use PlanStatus::{Completed, Confirmed, Overdue, Pending};
    let (dreamer, pending, confirmed, completed, overdue) = world
        .hold(async |tx| {
            let (dreamer, maker) = (add_a_dreamer(tx).await.id(), add_a_maker(tx).await.id());
            let mut deleted = a_completed_trip(tx, dreamer, maker, |_| {}).await.0;
            delete(tx, &mut deleted).await;
            (
                dreamer,
                a_plan_of(tx, dreamer, |_| {}).await.id(),
                a_confirmed_trip(tx, dreamer, maker, |_| {}).await.0.id(),
                a_completed_trip(tx, dreamer, maker, |_| {}).await.0.id(),
                a_plan_of(tx, dreamer, |plan| plan.state = PlanState::Overdue).await.id(),
            )
        })
        .await;
    for (statuses, expected) in [
        (vec![], vec![overdue, completed, confirmed, pending]),
        (vec![Pending], vec![pending]),
        (vec![Confirmed], vec![confirmed]),
        (vec![Completed], vec![completed]),
        (vec![Overdue], vec![overdue]),
        (vec![Overdue, Pending, Completed], vec![overdue, completed, pending]),
    ] {
        let filter = DreamerPlanFilter { statuses, ..DreamerPlanFilter::default() };
        assert_eq!(listed(&world, dreamer, &filter).await, expected, "{filter:?}");
    }
}

/// Only COMPLETED plans have a review or lack one.
pub async fn a_dreamers_completed_plans_are_told_apart_by_review(world: World) {
    let (dreamer, reviewed, unreviewed) = world
        .hold(async |tx| {
            let (dreamer, maker) = (add_a_dreamer(tx).await.id(), add_a_maker(tx).await.id());
            a_plan_of(tx, dreamer, |_| {}).await;
            a_plan_of(tx, dreamer, |plan| plan.state = PlanState::Overdue).await;
            a_confirmed_trip(tx, dreamer, maker, |_| {}).await;
            let trip = a_completed_trip(tx, dreamer, maker, |_| {}).await;
            a_review_of(tx, &trip, 5, now()).await;
            let another = a_completed_trip(tx, dreamer, maker, |_| {}).await.0;
            (dreamer, trip.0.id(), another.id())
        })
        .await;
    for (wanted, expected) in [(true, reviewed), (false, unreviewed)] {
        let filter = DreamerPlanFilter { reviewed: Some(wanted), ..DreamerPlanFilter::default() };
        assert_eq!(listed(&world, dreamer, &filter).await, [expected]);
    }
    let impossible = DreamerPlanFilter {
        reviewed: Some(true),
        statuses: vec![PlanStatus::Pending],
        ..DreamerPlanFilter::default()
    };
    assert_eq!(listed(&world, dreamer, &impossible).await, []);
}

pub async fn plans_are_ready_to_complete_from_their_trip_day_on(world: World) {
    let (dreamer, past, present) = world
        .hold(async |tx| {
            let (dreamer, maker) = (add_a_dreamer(tx).await.id(), add_a_maker(tx).await.id());
            let mut trips = Vec::new();
            for day in [today().minus_days(1), today(), today().plus_days(1)] {
                let (trip, _) = a_confirmed_trip(tx, dreamer, maker, |plan| plan.trip_date = day).await;
                trips.push(trip.id());
            }
            a_plan_of(tx, dreamer, |plan| plan.trip_date = today()).await;
            a_completed_trip(tx, dreamer, maker, |plan| plan.trip_date = today()).await;
            (dreamer, trips[0], trips[1])
        })
        .await;
    let ready = DreamerPlanFilter { ready_to_complete_on: Some(today()), ..DreamerPlanFilter::default() };
    assert_eq!(listed(&world, dreamer, &ready).await, [present, past]);
    let soonest = DreamerPlanFilter { order_by: PlanOrder::ScheduleFirst, ..ready };
    assert_eq!(listed(&world, dreamer, &soonest).await, [past, present]);
}

pub async fn a_dreamers_plan_comes_with_its_confirmed_quote(world: World) {
    let (dreamer, maker, trips, pending) = world
        .hold(async |tx| {
            let dreamer = add_a_dreamer(tx).await.id();
            let maker = a_user_called(tx, "메이커", a_new_maker()).await;
            let confirmed = a_confirmed_trip(tx, dreamer, maker.id(), |_| {}).await;
            let completed = a_completed_trip(tx, dreamer, maker.id(), |_| {}).await;
            let pending = a_plan_of(tx, dreamer, |_| {}).await;
            super::a_quote_on(tx, &pending, maker.id(), |_| {}).await;
            (dreamer, maker, [completed, confirmed], pending)
        })
        .await;
    let entries = shown(&world, dreamer, &DreamerPlanFilter::default()).await;
    let expected = |(_, quote): &(plan::Plan, quote::Quote)| {
        Some(ConfirmedQuoteView {
            id: quote.id(),
            price: quote.price().get(),
            maker: named(&maker),
            maker_image: kernel::ProfileImage::Default2,
        })
    };
    let quotes: Vec<_> = entries.iter().map(|entry| entry.confirmed_quote.clone()).collect();
    assert_eq!(quotes, [None, expected(&trips[0]), expected(&trips[1])]);
    assert_eq!(entries[0].plan.id, pending.id());
    for DreamerPlanView { plan, .. } in entries {
        assert_eq!(world.plans.find(plan.id).await.unwrap(), Some(plan));
    }
}
