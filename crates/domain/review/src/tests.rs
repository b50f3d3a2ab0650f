//! Who may review what.

use kernel::{ErrorCode, Kind, UserId};
use plan::testing::a_plan_with;
use plan::{Plan, PlanError, PlanState};
use proptest::prelude::*;
use user::testing::{ids, now};

use crate::testing::a_new_review;
use crate::{InvalidRating, NewReview, Rating, Review, ReviewError};

fn someone() -> UserId {
    ids().next()
}

fn a_plan_in(state: PlanState) -> Plan {
    a_plan_with(|plan| plan.state = state)
}

fn a_completed_plan() -> Plan {
    a_plan_in(PlanState::Completed { quote: ids().next() })
}

/// A review that the plan's dreamer may write if the trip is completed and its maker was the owner.
fn by_the_dreamer_of(plan: &Plan) -> NewReview {
    NewReview { writer: plan.dreamer(), ..a_new_review() }
}

#[test]
fn the_dreamer_reviews_the_maker_of_a_completed_trip() {
    let plan = a_completed_plan();
    let new = by_the_dreamer_of(&plan);
    let review = Review::write(new.clone(), &plan, Some(new.owner), now()).unwrap();
    assert_eq!((review.id(), review.writer(), review.owner()), (new.id, plan.dreamer(), new.owner));
    assert_eq!((review.plan(), review.rating(), review.content()), (plan.id(), new.rating, &new.content));
    assert_eq!((review.created_at(), review.updated_at()), (now(), now()));
}

#[test]
fn nobody_else_reviews_and_nobody_else_is_reviewed() {
    let plan = a_completed_plan();
    let new = by_the_dreamer_of(&plan);
    let by_another = NewReview { writer: someone(), ..new.clone() };
    assert_eq!(Review::write(by_another, &plan, Some(new.owner), now()), Err(ReviewError::NotAllowed));
    for confirmed in [Some(someone()), None] {
        assert_eq!(Review::write(new.clone(), &plan, confirmed, now()), Err(ReviewError::NotAllowed));
    }
}

#[test]
fn a_trip_that_is_not_completed_cannot_be_reviewed() {
    for state in [PlanState::Pending, PlanState::Confirmed { quote: ids().next() }, PlanState::Overdue] {
        let plan = a_plan_in(state);
        let new = by_the_dreamer_of(&plan);
        let owner = Some(new.owner);
        assert_eq!(Review::write(new, &plan, owner, now()), Err(ReviewError::NotAllowed));
    }
}

#[test]
fn a_deleted_plan_is_as_unknown() {
    let plan = a_plan_with(|plan| {
        plan.state = PlanState::Completed { quote: ids().next() };
        plan.deleted_at = Some(now());
    });
    let new = by_the_dreamer_of(&plan);
    let owner = Some(new.owner);
    let refused = Review::write(new, &plan, owner, now()).unwrap_err();
    assert_eq!(refused, PlanError::NotFound.into());
    assert_eq!((refused.code().name, refused.code().kind), ("PLAN_NOT_FOUND", Kind::NotFound));
}

proptest! {
    #[test]
    fn a_rating_is_a_whole_number_from_one_to_five(raw in prop_oneof![-10..10i64, any::<i64>()]) {
        let rating = Rating::try_from(raw).map(|rating| i64::from(rating.get()));
        prop_assert_eq!(rating, if matches!(raw, 1..=5) { Ok(raw) } else { Err(InvalidRating) });
    }
}
