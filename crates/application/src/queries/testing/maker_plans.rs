//! The plans that a maker may quote on.

use kernel::{PlanId, ServiceArea, TripType, UserId};
use plan::testing::today;
use plan::{Plan, PlanParts, PlanState};
use user::testing::{add_a_dreamer, add_a_maker, now};

use super::{
    QueryContractTx, World, a_confirmed_trip, a_dreamer_called, a_maker_with, a_plan_of, a_quote_on, at,
    confirm, delete, page, whole_list,
};
use crate::queries::{MakerPlanFilter, PlanOrder};

async fn listed(world: &World, maker: UserId, filter: &MakerPlanFilter) -> Vec<PlanId> {
    let plans =
        whole_list(async |page| world.plans.for_maker(maker, filter, page).await.unwrap().plans).await;
    plans.into_iter().map(|plan| plan.id).collect()
}

async fn counted(world: &World, maker: UserId, filter: &MakerPlanFilter) -> Vec<(TripType, i64)> {
    let mut counted = world.plans.for_maker(maker, filter, page(1, 1)).await.unwrap().by_trip_type;
    counted.sort_unstable();
    counted
}

/// A plan of a new dreamer.
async fn a_plan(tx: &mut dyn QueryContractTx, change: impl FnOnce(&mut PlanParts)) -> Plan {
    let dreamer = add_a_dreamer(tx).await.id();
    a_plan_of(tx, dreamer, change).await
}

async fn a_maker_in_seoul_and_busan(tx: &mut dyn QueryContractTx) -> UserId {
    a_maker_with(tx, &[ServiceArea::Seoul, ServiceArea::Busan], &[TripType::FoodTour]).await
}

pub async fn a_maker_sees_the_pending_plans_of_their_areas(world: World) {
    let (maker, seoul, busan) = world
        .hold(async |tx| {
            let maker = a_maker_in_seoul_and_busan(tx).await;
            let (dreamer, another) = (add_a_dreamer(tx).await.id(), add_a_maker(tx).await.id());
            let seoul = a_plan(tx, |plan| plan.trip_type = TripType::Festival).await.id();
            let busan = a_plan(tx, |plan| plan.service_area = ServiceArea::Busan).await.id();
            a_plan(tx, |plan| plan.service_area = ServiceArea::Jeju).await;
            a_plan(tx, |plan| plan.state = PlanState::Overdue).await;
            a_confirmed_trip(tx, dreamer, another, |_| {}).await;
            let mut deleted = a_plan(tx, |_| {}).await;
            delete(tx, &mut deleted).await;
            (maker, seoul, busan)
        })
        .await;
    let everything = MakerPlanFilter::default();
    assert_eq!(listed(&world, maker, &everything).await, [busan, seoul]);
    assert_eq!(counted(&world, maker, &everything).await, [(TripType::FoodTour, 1), (TripType::Festival, 1)]);
    let found = MakerPlanFilter { keyword: Some("광장".to_owned()), ..everything };
    assert_eq!(listed(&world, maker, &found).await, [busan, seoul]);
    let plans = world.plans.for_maker(maker, &found, page(1, 5)).await.unwrap().plans.list;
    for plan in plans {
        assert_eq!(world.plans.find(plan.id).await.unwrap(), Some(plan));
    }
}

/// Not while the quote is live; quotes of others, and one that was withdrawn, are nothing.
pub async fn a_maker_sees_no_plan_that_they_have_quoted_on(world: World) {
    let (maker, plan, mut quote) = world
        .hold(async |tx| {
            let (maker, another) = (a_maker_in_seoul_and_busan(tx).await, add_a_maker(tx).await.id());
            let plan = a_plan(tx, |plan| plan.assignees = vec![maker]).await;
            a_quote_on(tx, &plan, another, |_| {}).await;
            let quote = a_quote_on(tx, &plan, maker, |_| {}).await;
            (maker, plan, quote)
        })
        .await;
    let filters = [
        MakerPlanFilter::default(),
        MakerPlanFilter { only_assigned: true, ..MakerPlanFilter::default() },
        MakerPlanFilter { keyword: Some("시장".to_owned()), ..MakerPlanFilter::default() },
    ];
    for filter in &filters {
        assert_eq!(listed(&world, maker, filter).await, []);
        assert_eq!(counted(&world, maker, filter).await, []);
    }
    world
        .hold(async |tx| {
            quote.withdraw(maker, &plan, now()).unwrap();
            tx.quotes().save(&quote).await.unwrap().accepted().unwrap();
        })
        .await;
    for filter in &filters {
        assert_eq!(listed(&world, maker, filter).await, [plan.id()]);
        assert_eq!(counted(&world, maker, filter).await, [(TripType::FoodTour, 1)]);
    }
}

/// Neither a quote on a plan that is PENDING no more, nor one on a plan in another area.
pub async fn a_makers_quotes_elsewhere_take_nothing_from_the_count(world: World) {
    let (maker, plan) = world
        .hold(async |tx| {
            let (maker, chosen) = (a_maker_in_seoul_and_busan(tx).await, add_a_maker(tx).await.id());
            let mut taken = a_plan(tx, |_| {}).await;
            a_quote_on(tx, &taken, maker, |_| {}).await;
            let mut quote = a_quote_on(tx, &taken, chosen, |_| {}).await;
            confirm(tx, &mut taken, &mut quote).await;
            let far = a_plan(tx, |plan| plan.service_area = ServiceArea::Jeju).await;
            a_quote_on(tx, &far, maker, |_| {}).await;
            let mut deleted = a_plan(tx, |_| {}).await;
            a_quote_on(tx, &deleted, maker, |_| {}).await;
            delete(tx, &mut deleted).await;
            (maker, a_plan(tx, |_| {}).await.id())
        })
        .await;
    let everything = MakerPlanFilter::default();
    assert_eq!(listed(&world, maker, &everything).await, [plan]);
    assert_eq!(counted(&world, maker, &everything).await, [(TripType::FoodTour, 1)]);
}

/// By time of posting and by day, the newest id first where those are equal, across the areas.
pub async fn a_makers_plans_come_in_the_asked_order(world: World) {
    let (maker, plans) = world
        .hold(async |tx| {
            let maker = a_maker_in_seoul_and_busan(tx).await;
            let mut plans = Vec::new();
            for (minute, days, area) in [
                (3, 9, ServiceArea::Seoul),
                (1, 2, ServiceArea::Busan),
                (2, 5, ServiceArea::Seoul),
                (2, 5, ServiceArea::Busan),
                (2, 2, ServiceArea::Seoul),
                (4, 7, ServiceArea::Busan),
            ] {
                let plan = a_plan(tx, |plan| {
                    plan.created_at = at(minute);
                    plan.trip_date = today().plus_days(days);
                    plan.service_area = area;
                    plan.assignees = vec![maker];
                })
                .await;
                plans.push(plan.id());
            }
            (maker, plans)
        })
        .await;
    let filters = [
        MakerPlanFilter::default(),
        MakerPlanFilter { only_assigned: true, ..MakerPlanFilter::default() },
        MakerPlanFilter { keyword: Some("시장".to_owned()), ..MakerPlanFilter::default() },
    ];
    for filter in filters {
        let recent = MakerPlanFilter { order_by: PlanOrder::Recent, ..filter.clone() };
        let expected = [5, 0, 4, 3, 2, 1].map(|index: usize| plans[index]);
        assert_eq!(listed(&world, maker, &recent).await, expected);
        let soonest = MakerPlanFilter { order_by: PlanOrder::ScheduleFirst, ..filter };
        let expected = [4, 1, 3, 2, 5, 0].map(|index: usize| plans[index]);
        assert_eq!(listed(&world, maker, &soonest).await, expected);
    }
}

pub async fn a_makers_plans_are_counted_by_type_whatever_types_are_asked_for(world: World) {
    use TripType::{Activity, Culture, FoodTour, Shopping};
    let (maker, plans) = world
        .hold(async |tx| {
            let maker = a_maker_in_seoul_and_busan(tx).await;
            let mut plans = Vec::new();
            for (kind, title) in
                [(FoodTour, "Night Market"), (Shopping, "Market"), (FoodTour, "Palace"), (Culture, "market")]
            {
                let plan = a_plan(tx, |plan| {
                    plan.trip_type = kind;
                    plan.title = title.try_into().unwrap();
                })
                .await;
                plans.push(plan.id());
            }
            (maker, plans)
        })
        .await;
    let all = [(FoodTour, 2), (Shopping, 1), (Culture, 1)];
    let in_markets = [(FoodTour, 1), (Shopping, 1), (Culture, 1)];
    for (types, expected) in [
        (vec![], vec![3, 2, 1, 0]),
        (vec![FoodTour], vec![2, 0]),
        (vec![Culture, Shopping], vec![3, 1]),
        (vec![Activity], vec![]),
    ] {
        let filter = MakerPlanFilter { trip_types: types, ..MakerPlanFilter::default() };
        let expected: Vec<PlanId> = expected.into_iter().map(|index: usize| plans[index]).collect();
        assert_eq!(listed(&world, maker, &filter).await, expected);
        assert_eq!(counted(&world, maker, &filter).await, all);
        let filter = MakerPlanFilter { keyword: Some("MARKET".to_owned()), ..filter };
        let expected: Vec<PlanId> = expected.into_iter().filter(|plan| *plan != plans[2]).collect();
        assert_eq!(listed(&world, maker, &filter).await, expected);
        assert_eq!(counted(&world, maker, &filter).await, in_markets);
    }
}

pub async fn a_maker_sees_who_asked_them_in_any_area(world: World) {
    let (maker, near, far) = world
        .hold(async |tx| {
            let (maker, another) = (a_maker_in_seoul_and_busan(tx).await, add_a_maker(tx).await.id());
            let near = a_plan(tx, |plan| plan.assignees = vec![another, maker]).await.id();
            let far = a_plan(tx, |plan| {
                plan.assignees = vec![maker];
                plan.service_area = ServiceArea::Jeju;
                plan.trip_type = TripType::Activity;
                plan.title = "Jeju".try_into().unwrap();
            })
            .await
            .id();
            a_plan(tx, |plan| plan.assignees = vec![another]).await;
            a_plan(tx, |plan| {
                plan.assignees = vec![maker];
                plan.state = PlanState::Overdue;
            })
            .await;
            let mut deleted = a_plan(tx, |plan| plan.assignees = vec![maker]).await;
            delete(tx, &mut deleted).await;
            (maker, near, far)
        })
        .await;
    let asked = MakerPlanFilter { only_assigned: true, ..MakerPlanFilter::default() };
    assert_eq!(listed(&world, maker, &asked).await, [far, near]);
    assert_eq!(counted(&world, maker, &asked).await, [(TripType::FoodTour, 1), (TripType::Activity, 1)]);
    let active = MakerPlanFilter { trip_types: vec![TripType::Activity], ..asked.clone() };
    assert_eq!(listed(&world, maker, &active).await, [far]);
    let in_jeju = MakerPlanFilter { keyword: Some("JEJU".to_owned()), ..asked };
    assert_eq!(listed(&world, maker, &in_jeju).await, [far]);
    assert_eq!(counted(&world, maker, &in_jeju).await, [(TripType::Activity, 1)]);
}

pub async fn a_makers_plans_are_found_by_title_or_dreamer(world: World) {
    let (maker, plans) = world
        .hold(async |tx| {
            let maker = a_maker_in_seoul_and_busan(tx).await;
            let mut plans = Vec::new();
            for (dreamer, title) in
                [("Élise 여행자", "한강 피크닉"), ("100%", "ÉTÉ in Seoul"), ("한강러버", "a_b")]
            {
                let dreamer = a_dreamer_called(tx, dreamer).await.id();
                let plan = a_plan_of(tx, dreamer, |plan| plan.title = title.try_into().unwrap()).await;
                plans.push(plan.id());
            }
            (maker, plans)
        })
        .await;
    for (keyword, expected) in [
        ("한강", vec![2, 0]),
        ("피크", vec![0]),
        ("é", vec![1, 0]),
        ("éTé IN", vec![1]),
        ("ÉLISE", vec![0]),
        ("%", vec![1]),
        ("_", vec![2]),
        ("한강 피크닉 Élise", vec![]),
    ] {
        let filter = MakerPlanFilter { keyword: Some(keyword.to_owned()), ..MakerPlanFilter::default() };
        let expected: Vec<PlanId> = expected.into_iter().map(|index: usize| plans[index]).collect();
        assert_eq!(listed(&world, maker, &filter).await, expected, "{keyword}");
    }
}
