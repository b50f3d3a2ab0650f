//! Each rule of a plan, one by one.

use chrono::TimeDelta;
use kernel::enums::Named;
use kernel::{ErrorCode, Kind, PlanStatus, QuoteId, ServiceArea, TripDate, TripType, UserId};
use user::testing::{ids, now};

use crate::testing::{a_new_plan, a_plan, a_plan_with, today};
use crate::{COMPLETES_AFTER_DAYS, NewPlan, Plan, PlanError, PlanState};

const SEOUL: &[ServiceArea] = &[ServiceArea::Busan, ServiceArea::Seoul];

fn someone() -> UserId {
    ids().next()
}

fn a_quote() -> QuoteId {
    ids().next()
}

fn a_plan_in(state: PlanState) -> Plan {
    a_plan_with(|plan| plan.state = state)
}

/// One plan in each state.
fn one_of_each() -> [Plan; 4] {
    let quote = a_quote();
    [PlanState::Pending, PlanState::Confirmed { quote }, PlanState::Completed { quote }, PlanState::Overdue]
        .map(a_plan_in)
}

#[test]
fn a_posted_plan_is_pending_and_has_asked_nobody() {
    let new = a_new_plan();
    let plan = Plan::post(new.clone(), now()).unwrap();
    assert_eq!(
        (plan.state(), plan.status(), plan.is_deleted()),
        (PlanState::Pending, PlanStatus::Pending, false)
    );
    assert_eq!((plan.assignees(), plan.created_at(), plan.updated_at()), (&[][..], now(), now()));
    assert_eq!((plan.id(), plan.dreamer(), plan.title()), (new.id, new.dreamer, &new.title));
    assert_eq!((plan.trip_date(), plan.trip_type()), (new.trip_date, new.trip_type));
    assert_eq!((plan.service_area(), plan.details()), (new.service_area, &new.details));
}

#[test]
fn a_trip_may_be_today_in_seoul_but_not_yesterday() {
    // Half an hour into the 16th in Seoul; still the 15th in UTC.
    let at = TripDate::try_from("2031-01-16").unwrap().midnight() + TimeDelta::minutes(30);
    let on = |day: &str| NewPlan { trip_date: TripDate::try_from(day).unwrap(), ..a_new_plan() };
    assert_eq!(Plan::post(on("2031-01-15"), at), Err(PlanError::TripDatePast));
    assert!(Plan::post(on("2031-01-16"), at).is_ok());
}

#[test]
fn an_address_is_kept_for_shopping_trips_only() {
    let address = Some(", ".try_into().unwrap());
    for trip_type in TripType::ALL.iter().copied() {
        let plan =
            Plan::post(NewPlan { trip_type, address: address.clone(), ..a_new_plan() }, now()).unwrap();
        assert_eq!(plan.address().is_some(), trip_type == TripType::Shopping, "{trip_type}");
    }
}

#[test]
fn only_a_pending_plan_is_confirmed_and_carries_its_quote_through_completion() {
    let (quote, later) = (a_quote(), now() + TimeDelta::minutes(1));
    let mut plan = a_plan();
    plan.confirm(quote, later).unwrap();
    assert_eq!((plan.state(), plan.updated_at()), (PlanState::Confirmed { quote }, later));
    assert_eq!(plan.confirm(a_quote(), later), Err(PlanError::NotPending(PlanStatus::Confirmed)));
    assert_eq!(plan.complete(plan.dreamer(), later), Ok(quote));
    assert_eq!((plan.state(), plan.state().quote()), (PlanState::Completed { quote }, Some(quote)));
}

#[test]
fn only_the_owner_completes_and_only_what_is_confirmed_but_on_any_day() {
    for mut plan in one_of_each() {
        assert_eq!(plan.complete(someone(), now()), Err(PlanError::NotOwned));
        let status = plan.status();
        let completed = plan.complete(plan.dreamer(), now());
        match status {
            PlanStatus::Confirmed => assert!(completed.is_ok()),
            other => assert_eq!(completed, Err(PlanError::NotConfirmed(other))),
        }
    }
}

#[test]
fn the_schedule_completes_seven_days_after_the_trip_and_not_a_day_sooner() {
    let confirmed = a_plan_in(PlanState::Confirmed { quote: a_quote() });
    let due = confirmed.trip_date().plus_days(COMPLETES_AFTER_DAYS);
    assert_eq!(confirmed.clone().complete_when_due(due.minus_days(1), now()), Err(PlanError::NotDue));
    assert!(confirmed.clone().complete_when_due(due, now()).is_ok());
    assert!(confirmed.clone().complete_when_due(due.plus_days(90), now()).is_ok());
    assert_eq!(a_plan().complete_when_due(due, now()), Err(PlanError::NotConfirmed(PlanStatus::Pending)));
}

#[test]
fn a_pending_plan_is_overdue_from_its_trip_day_on() {
    let day = a_plan().trip_date();
    assert_eq!(a_plan().expire(day.minus_days(1), now()), Err(PlanError::NotDue));
    for today in [day, day.plus_days(400)] {
        let mut plan = a_plan();
        plan.expire(today, now()).unwrap();
        assert_eq!(plan.state(), PlanState::Overdue);
    }
    for mut plan in one_of_each() {
        let status = plan.status();
        let expired = plan.expire(day, now());
        assert!(status == PlanStatus::Pending || expired == Err(PlanError::NotPending(status)));
    }
}

#[test]
fn a_plan_posted_on_its_trip_day_is_not_overdue_before_the_next_midnight() {
    let mut plan = a_plan_with(|plan| plan.trip_date = today());
    assert_eq!(plan.expire(today(), now()), Err(PlanError::NotDue));
    plan.expire(today().plus_days(1), now()).unwrap();
}

#[test]
fn the_owner_deletes_in_every_state_but_confirmed_and_learns_which_it_was() {
    for mut plan in one_of_each() {
        let (status, owner) = (plan.status(), plan.dreamer());
        assert_eq!(plan.delete(someone(), now()), Err(PlanError::NotOwned));
        let deleted = plan.delete(owner, now());
        if status == PlanStatus::Confirmed {
            assert_eq!((deleted, plan.is_deleted()), (Err(PlanError::Confirmed), false));
        } else {
            assert_eq!((deleted, plan.is_deleted()), (Ok(status), true));
        }
    }
}

#[test]
fn nothing_can_be_done_to_a_deleted_plan() {
    let maker = someone();
    let mut plan = a_plan_with(|plan| {
        plan.assignees = vec![maker];
        plan.deleted_at = Some(now());
    });
    let (before, owner, gone) = (plan.clone(), plan.dreamer(), PlanError::NotFound);
    assert_eq!(plan.confirm(a_quote(), now()), Err(gone));
    assert_eq!(plan.complete(owner, now()), Err(gone));
    assert_eq!(plan.complete_when_due(today().plus_days(400), now()), Err(gone));
    assert_eq!(plan.expire(today().plus_days(400), now()), Err(gone));
    assert_eq!(plan.delete(owner, now()), Err(gone));
    assert_eq!(plan.ask(owner, someone(), SEOUL, now()), Err(gone));
    assert_eq!(plan.turn_down(maker, now()), Err(gone));
    assert_eq!(
        (plan.check_live(), plan.check_owner(owner), plan.check_pending()),
        (Err(gone), Err(gone), Err(gone))
    );
    assert_eq!(plan, before);
}

#[test]
fn a_plan_asks_makers_who_serve_its_area_each_once_in_order() {
    let mut plan = a_plan();
    let (owner, first, second) = (plan.dreamer(), someone(), someone());
    plan.ask(owner, first, SEOUL, now()).unwrap();
    plan.ask(owner, second, SEOUL, now()).unwrap();
    assert_eq!(plan.ask(owner, first, SEOUL, now()), Err(PlanError::MakerAlreadyAsked));
    assert_eq!(plan.ask(owner, someone(), &[ServiceArea::Jeju], now()), Err(PlanError::AreaNotServed));
    assert_eq!(plan.ask(second, someone(), SEOUL, now()), Err(PlanError::NotOwned));
    assert_eq!(plan.assignees(), [first, second]);
}

#[test]
fn a_maker_who_turned_a_plan_down_may_be_asked_again_and_is_then_the_last() {
    let mut plan = a_plan();
    let (owner, first, second) = (plan.dreamer(), someone(), someone());
    plan.ask(owner, first, SEOUL, now()).unwrap();
    plan.ask(owner, second, SEOUL, now()).unwrap();
    plan.turn_down(first, now()).unwrap();
    assert_eq!(plan.turn_down(first, now()), Err(PlanError::MakerNotAsked));
    plan.ask(owner, first, SEOUL, now()).unwrap();
    assert_eq!(plan.assignees(), [second, first]);
}

#[test]
fn asking_and_turning_down_are_over_once_the_plan_is_not_pending() {
    let asked = someone();
    for state in one_of_each().map(|plan| plan.state()).into_iter().skip(1) {
        let mut plan = a_plan_with(|plan| (plan.state, plan.assignees) = (state, vec![asked]));
        let refused = Err(PlanError::NotPending(state.status()));
        assert_eq!(plan.ask(plan.dreamer(), someone(), SEOUL, now()), refused);
        assert_eq!(plan.turn_down(asked, now()), refused);
        // 409 rather than 400 for who was asked, 400 for who was not: the same in every state.
        assert_eq!(plan.ask(plan.dreamer(), asked, SEOUL, now()), Err(PlanError::MakerAlreadyAsked));
        assert_eq!(plan.turn_down(someone(), now()), Err(PlanError::MakerNotAsked));
    }
}

#[test]
fn a_refusal_names_the_state_that_it_is_for() {
    let refused = PlanError::NotPending(PlanStatus::Overdue);
    assert_eq!((refused.code().name, refused.code().kind), ("PLAN_NOT_PENDING", Kind::Invalid));
    assert_eq!(refused.detail().as_deref(), Some("OVERDUE"));
    assert_eq!(PlanError::NotConfirmed(PlanStatus::Pending).detail().as_deref(), Some("PENDING"));
    assert_eq!(PlanError::Confirmed.detail().as_deref(), Some("CONFIRMED"));
    assert_eq!(PlanError::NotFound.detail(), None);
}

#[test]
fn a_store_cannot_bring_back_a_plan_that_cannot_be() {
    let refused = |change: fn(&mut crate::PlanParts)| {
        let mut parts = a_plan().into_parts();
        change(&mut parts);
        Plan::restore(parts).is_err()
    };
    assert!(refused(|plan| plan.address = Some("x".try_into().unwrap())));
    assert!(refused(|plan| plan.assignees = vec![plan.dreamer, plan.dreamer]));
    assert!(refused(|plan| {
        plan.state = PlanState::Confirmed { quote: a_quote() };
        plan.deleted_at = Some(now());
    }));
    for (status, quote) in [(PlanStatus::Confirmed, None), (PlanStatus::Pending, Some(a_quote()))] {
        assert!(PlanState::restore(status, quote).is_err());
    }
    for plan in one_of_each() {
        assert_eq!(PlanState::restore(plan.status(), plan.state().quote()).unwrap(), plan.state());
        assert_eq!(Plan::restore(plan.clone().into_parts()).unwrap(), plan);
    }
}
