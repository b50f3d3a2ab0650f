//! Random lives of a plan, each step held against a small model of `rules.md`.

use chrono::TimeDelta;
use kernel::{PlanStatus, QuoteId, ServiceArea, UserId};
use proptest::prelude::*;
use user::testing::{ids, now};

use crate::testing::a_plan;
use crate::{COMPLETES_AFTER_DAYS, Plan};

/// Days before (negative) or after the trip day on which the schedule runs.
type DayOfSchedule = i64;

#[derive(Debug, Clone, Copy)]
enum Step {
    Confirm,
    Complete { by_owner: bool },
    CompleteWhenDue(DayOfSchedule),
    Expire(DayOfSchedule),
    Delete { by_owner: bool },
    Ask { maker: usize, by_owner: bool, serves: bool },
    TurnDown { maker: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let by_owner = || prop::bool::weighted(0.8);
    let day = -2..10i64;
    let step = prop_oneof![
        2 => Just(Step::Confirm),
        2 => by_owner().prop_map(|by_owner| Step::Complete { by_owner }),
        2 => day.clone().prop_map(Step::CompleteWhenDue),
        1 => day.prop_map(Step::Expire),
        1 => by_owner().prop_map(|by_owner| Step::Delete { by_owner }),
        4 => (0..MAKERS, by_owner(), by_owner())
            .prop_map(|(maker, by_owner, serves)| Step::Ask { maker, by_owner, serves }),
        2 => (0..MAKERS).prop_map(|maker| Step::TurnDown { maker }),
    ];
    prop::collection::vec(step, 1..40)
}

const MAKERS: usize = 3;

/// What `rules.md` says of a plan, without the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Model {
    status: PlanStatus,
    quote: Option<QuoteId>,
    deleted: bool,
    asked: Vec<usize>,
}

impl Model {
    fn allows(&self, step: Step) -> bool {
        let in_status = |status| self.status == status;
        let due_after = |days: u64, day: DayOfSchedule| u64::try_from(day).is_ok_and(|day| day >= days);
        !self.deleted
            && match step {
                Step::Confirm => in_status(PlanStatus::Pending),
                Step::Complete { by_owner } => by_owner && in_status(PlanStatus::Confirmed),
                Step::CompleteWhenDue(day) => {
                    in_status(PlanStatus::Confirmed) && due_after(COMPLETES_AFTER_DAYS, day)
                }
                Step::Expire(day) => in_status(PlanStatus::Pending) && due_after(0, day),
                Step::Delete { by_owner } => by_owner && !in_status(PlanStatus::Confirmed),
                Step::Ask { maker, by_owner, serves } => {
                    by_owner && serves && in_status(PlanStatus::Pending) && !self.asked.contains(&maker)
                }
                Step::TurnDown { maker } => in_status(PlanStatus::Pending) && self.asked.contains(&maker),
            }
    }

    fn take(&mut self, step: Step, quote: QuoteId) {
        match step {
            Step::Confirm => (self.status, self.quote) = (PlanStatus::Confirmed, Some(quote)),
            Step::Complete { .. } | Step::CompleteWhenDue(_) => self.status = PlanStatus::Completed,
            Step::Expire(_) => self.status = PlanStatus::Overdue,
            Step::Delete { .. } => self.deleted = true,
            Step::Ask { maker, .. } => self.asked.push(maker),
            Step::TurnDown { maker } => self.asked.retain(|asked| *asked != maker),
        }
    }
}

struct World {
    plan: Plan,
    makers: [UserId; MAKERS],
    quote: QuoteId,
    at: kernel::Timestamp,
}

impl World {
    /// Whether the plan did as it was told.
    fn take(&mut self, step: Step) -> bool {
        let Self { plan, makers, quote, at } = self;
        let by = |owner: bool| if owner { plan.dreamer() } else { makers[0] };
        let day = |offset: DayOfSchedule| {
            let days = offset.unsigned_abs();
            if offset < 0 { plan.trip_date().minus_days(days) } else { plan.trip_date().plus_days(days) }
        };
        match step {
            Step::Confirm => plan.confirm(*quote, *at).is_ok(),
            Step::Complete { by_owner } => plan.complete(by(by_owner), *at).is_ok_and(|paid| paid == *quote),
            Step::CompleteWhenDue(offset) => {
                plan.complete_when_due(day(offset), *at).is_ok_and(|paid| paid == *quote)
            }
            Step::Expire(offset) => plan.expire(day(offset), *at).is_ok(),
            Step::Delete { by_owner } => {
                let had = plan.status();
                plan.delete(by(by_owner), *at).is_ok_and(|told| told == had)
            }
            Step::Ask { maker, by_owner, serves } => {
                let areas = if serves { [plan.service_area()] } else { [ServiceArea::Jeju] };
                plan.ask(by(by_owner), makers[maker], &areas, *at).is_ok()
            }
            Step::TurnDown { maker } => plan.turn_down(makers[maker], *at).is_ok(),
        }
    }

    /// The plan as the model sees it.
    fn seen(&self) -> Model {
        let asked = self.plan.assignees().iter();
        Model {
            status: self.plan.status(),
            quote: self.plan.state().quote(),
            deleted: self.plan.is_deleted(),
            asked: asked.map(|asked| self.makers.iter().position(|maker| maker == asked).unwrap()).collect(),
        }
    }
}

proptest! {
    #[test]
    fn a_plan_does_what_the_rules_say_and_a_refusal_changes_nothing(steps in steps()) {
        let mut world =
            World { plan: a_plan(), makers: [(); MAKERS].map(|()| ids().next()), quote: ids().next(), at: now() };
        let mut model = world.seen();
        for step in steps {
            world.at += TimeDelta::seconds(1);
            let (before, allowed) = (world.plan.clone(), model.allows(step));
            prop_assert_eq!(world.take(step), allowed, "{:?} in {:?}", step, model);
            if allowed {
                model.take(step, world.quote);
                prop_assert_eq!(world.plan.updated_at(), world.at);
            } else {
                prop_assert_eq!(&world.plan, &before);
            }
            prop_assert_eq!(world.seen(), model.clone());
            prop_assert_eq!(
                matches!(model.status, PlanStatus::Confirmed | PlanStatus::Completed),
                world.plan.state().quote() == Some(world.quote)
            );
            prop_assert_eq!(&Plan::restore(world.plan.clone().into_parts()).unwrap(), &world.plan);
        }
    }
}
