//! Plans for everybody.

use kernel::{PlanStatus, ServiceArea, TripType};
use plan::{PlanParts, PlanState};
use user::testing::{add_a_dreamer, add_a_maker, ids, now};

use super::{
    QueryContractTx, World, a_completed_trip, a_confirmed_trip, a_dreamer_called, a_plan_of, a_user_called,
    at, delete, named,
};
use crate::queries::PlanView;

/// Changes the area and type of a plan.
fn of_kind(area: ServiceArea, kind: TripType) -> impl FnOnce(&mut PlanParts) {
    move |plan| {
        plan.service_area = area;
        plan.trip_type = kind;
    }
}

/// Plans of every status in two areas, and deleted ones there and elsewhere.
async fn plans_everywhere(tx: &mut dyn QueryContractTx) {
    use ServiceArea::{Busan, Jeju, Seoul};
    use TripType::{Culture, FoodTour};
    let (dreamer, maker) = (add_a_dreamer(tx).await.id(), add_a_maker(tx).await.id());
    for _ in 0..2 {
        a_plan_of(tx, dreamer, of_kind(Seoul, FoodTour)).await;
    }
    a_confirmed_trip(tx, dreamer, maker, of_kind(Seoul, FoodTour)).await;
    a_completed_trip(tx, dreamer, maker, of_kind(Seoul, Culture)).await;
    a_plan_of(tx, dreamer, |plan| {
        of_kind(Busan, FoodTour)(plan);
        plan.state = PlanState::Overdue;
    })
    .await;
    for area in [Seoul, Jeju] {
        let mut plan = a_plan_of(tx, dreamer, of_kind(area, Culture)).await;
        delete(tx, &mut plan).await;
    }
    let mut completed = a_completed_trip(tx, dreamer, maker, of_kind(Jeju, Culture)).await.0;
    delete(tx, &mut completed).await;
    a_plan_of(tx, dreamer, |plan| {
        of_kind(Jeju, Culture)(plan);
        plan.deleted_at = Some(now());
    })
    .await;
}

pub async fn plans_are_counted_by_area_and_by_type_whatever_their_status(world: World) {
    world.hold(plans_everywhere).await;
    let mut by_area = world.plans.count_by_area().await.unwrap();
    by_area.sort_unstable();
    assert_eq!(by_area, [(ServiceArea::Seoul, 4), (ServiceArea::Busan, 1)]);
    let mut in_seoul = world.plans.count_by_trip_type(ServiceArea::Seoul).await.unwrap();
    in_seoul.sort_unstable();
    assert_eq!(in_seoul, [(TripType::FoodTour, 3), (TripType::Culture, 1)]);
    let in_busan = world.plans.count_by_trip_type(ServiceArea::Busan).await.unwrap();
    assert_eq!(in_busan, [(TripType::FoodTour, 1)]);
    assert_eq!(world.plans.count_by_trip_type(ServiceArea::Jeju).await.unwrap(), []);
}

/// Every field, and the makers who were asked in the order of asking.
pub async fn a_plan_is_shown_with_its_people(world: World) {
    let (dreamer, asked, plan) = world
        .hold(async |tx| {
            let dreamer = a_dreamer_called(tx, "드리머 🥥").await;
            let mut asked = Vec::new();
            for name in ["셋째 \"maker\"", "첫째", "둘째\\"] {
                asked.push(a_user_called(tx, name, user::testing::a_new_maker()).await);
            }
            asked.rotate_left(1);
            let plan = a_plan_of(tx, dreamer.id(), |plan| {
                plan.title = "%_'\"\\ 부산".try_into().unwrap();
                plan.service_area = ServiceArea::Busan;
                plan.trip_type = TripType::Shopping;
                plan.address = "서울시 종로구 1".try_into().ok();
                plan.assignees = asked.iter().map(user::User::id).collect();
                plan.created_at = at(1);
                plan.updated_at = at(2);
            })
            .await;
            (dreamer, asked, plan)
        })
        .await;
    let expected = PlanView {
        id: plan.id(),
        created_at: at(1),
        updated_at: at(2),
        title: "%_'\"\\ 부산".to_owned(),
        trip_date: plan.trip_date(),
        trip_type: TripType::Shopping,
        service_area: ServiceArea::Busan,
        details: plan.details().as_str().to_owned(),
        address: Some("서울시 종로구 1".to_owned()),
        status: PlanStatus::Pending,
        assignees: asked.iter().map(named).collect(),
        dreamer: named(&dreamer),
        confirmed_maker: None,
    };
    assert_eq!(world.plans.find(plan.id()).await.unwrap(), Some(expected));
    assert_eq!(world.plans.find(ids().next()).await.unwrap(), None);
}

pub async fn an_address_is_shown_to_its_dreamer_and_to_the_maker_who_was_chosen(world: World) {
    let (dreamer, maker, stranger, mut plan) = world
        .hold(async |tx| {
            let (dreamer, maker) = (add_a_dreamer(tx).await.id(), add_a_maker(tx).await.id());
            let stranger = add_a_maker(tx).await.id();
            let (plan, _) = a_confirmed_trip(tx, dreamer, maker, |plan| {
                plan.trip_type = TripType::Shopping;
                plan.address = "서울시 종로구 1".try_into().ok();
            })
            .await;
            (dreamer, maker, stranger, plan)
        })
        .await;
    let shown = world.plans.find(plan.id()).await.unwrap().unwrap();
    assert_eq!((shown.status, shown.confirmed_maker), (PlanStatus::Confirmed, Some(maker)));
    for (viewer, seen) in [(dreamer, true), (maker, true), (stranger, false)] {
        assert_eq!(shown.shows_address_to(viewer), seen);
    }
    world
        .hold(async |tx| {
            plan.complete(dreamer, now()).unwrap();
            tx.plans().save(&plan).await.unwrap();
        })
        .await;
    let shown = world.plans.find(plan.id()).await.unwrap().unwrap();
    assert_eq!((shown.status, shown.confirmed_maker), (PlanStatus::Completed, Some(maker)));
    for (viewer, seen) in [(dreamer, true), (maker, false), (stranger, false)] {
        assert_eq!(shown.shows_address_to(viewer), seen);
    }
}

pub async fn a_deleted_plan_is_not_shown(world: World) {
    let plan = world
        .hold(async |tx| {
            let dreamer = add_a_dreamer(tx).await.id();
            let mut plan = a_plan_of(tx, dreamer, |_| {}).await;
            delete(tx, &mut plan).await;
            plan
        })
        .await;
    assert_eq!(world.plans.find(plan.id()).await.unwrap(), None);
}
