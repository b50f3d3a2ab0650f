//! Plans for tests, and the contract of the port as a suite that runs on every adapter.

#![expect(clippy::expect_used, reason = "for tests only")]

#[cfg(feature = "testing")]
mod contract;

use kernel::{ServiceArea, TripDate, TripType};
use user::testing::{ids, now};

#[cfg(feature = "testing")]
pub use contract::*;

use crate::plan::{NewPlan, Plan, PlanParts};

/// The day in Seoul on which the fixtures were made.
pub fn today() -> TripDate {
    TripDate::today(now())
}

/// What a dreamer says of a food tour in Seoul, a month from [`today`].
pub fn a_new_plan() -> NewPlan {
    NewPlan {
        id: ids().next(),
        dreamer: ids().next(),
        title: "광장시장 한 바퀴".try_into().expect("a title"),
        trip_date: today().plus_days(30),
        trip_type: TripType::FoodTour,
        service_area: ServiceArea::Seoul,
        details: "빈대떡과 육회, 그리고 조용한 골목".try_into().expect("details"),
        address: None,
    }
}

/// A PENDING food tour in Seoul, a month from [`today`], that asked nobody yet.
pub fn a_plan() -> Plan {
    a_plan_with(|_| {})
}

/// [`a_plan`] with a line or two of change.
pub fn a_plan_with(change: impl FnOnce(&mut PlanParts)) -> Plan {
    let mut parts = Plan::post(a_new_plan(), now()).expect("a plan that can be posted").into_parts();
    change(&mut parts);
    Plan::restore(parts).expect("a plan that can be")
}
