//! The contract of the book of days as a suite that runs on every adapter:
//! `application::schedule_runs_contract!(fresh_runs());`, with tokio at hand.

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::sync::Arc;

use chrono::{Days, NaiveDate, TimeDelta};
use kernel::clock::seoul_day;
use kernel::testing::FakeClock;
use kernel::{Clock, Timestamp};
use tokio::task::JoinSet;

use super::port::{ClaimDay, ScheduleRuns};

/// The book under test, empty.
pub type Runs = Arc<dyn ScheduleRuns>;

/// For how long the cases claim a day.
const CLAIM: TimeDelta = TimeDelta::seconds(5);
/// The shortest time that every store can tell from none.
const MOMENT: TimeDelta = TimeDelta::milliseconds(1);

fn now() -> Timestamp {
    FakeClock::default().now()
}

fn today() -> NaiveDate {
    seoul_day(now())
}

async fn claim(runs: &Runs, day: NaiveDate, owner: &str, at: Timestamp) -> ClaimDay {
    runs.claim(day, owner, at, at + CLAIM).await.unwrap()
}

pub async fn a_day_belongs_to_whoever_claims_it_first(runs: Runs) {
    assert_eq!(claim(&runs, today(), "one", now()).await, ClaimDay::Claimed);
    assert_eq!(claim(&runs, today(), "another", now()).await, ClaimDay::Busy);
    assert_eq!(claim(&runs, today(), "another", now() + CLAIM - MOMENT).await, ClaimDay::Busy);
}

pub async fn an_owner_prolongs_their_claim(runs: Runs) {
    assert_eq!(claim(&runs, today(), "one", now()).await, ClaimDay::Claimed);
    let later = now() + CLAIM - MOMENT;
    assert_eq!(claim(&runs, today(), "one", later).await, ClaimDay::Claimed);
    assert_eq!(claim(&runs, today(), "another", later + CLAIM - MOMENT).await, ClaimDay::Busy);
}

pub async fn a_claim_that_ran_out_is_taken_over(runs: Runs) {
    assert_eq!(claim(&runs, today(), "one", now()).await, ClaimDay::Claimed);
    let later = now() + CLAIM + MOMENT;
    assert_eq!(claim(&runs, today(), "another", later).await, ClaimDay::Claimed);
    assert_eq!(claim(&runs, today(), "one", later).await, ClaimDay::Busy);
}

pub async fn a_day_that_was_run_is_run_for_everybody_and_for_ever(runs: Runs) {
    assert_eq!(claim(&runs, today(), "one", now()).await, ClaimDay::Claimed);
    runs.finish(today(), now()).await.unwrap();
    for at in [now(), now() + CLAIM + MOMENT] {
        for owner in ["one", "another"] {
            assert_eq!(claim(&runs, today(), owner, at).await, ClaimDay::Finished);
        }
    }
}

pub async fn each_day_is_a_day_of_its_own(runs: Runs) {
    let tomorrow = today() + Days::new(1);
    assert_eq!(claim(&runs, today(), "one", now()).await, ClaimDay::Claimed);
    assert_eq!(claim(&runs, tomorrow, "another", now()).await, ClaimDay::Claimed);
    runs.finish(today(), now()).await.unwrap();
    assert_eq!(claim(&runs, tomorrow, "one", now()).await, ClaimDay::Busy);
    assert_eq!(claim(&runs, tomorrow, "another", now()).await, ClaimDay::Claimed);
}

pub async fn of_many_claims_at_once_one_is_granted(runs: Runs) {
    let mut nodes = JoinSet::new();
    for node in 0..8 {
        let runs = Arc::clone(&runs);
        nodes.spawn(async move { claim(&runs, today(), &format!("node-{node}"), now()).await });
    }
    let claims = nodes.join_all().await;
    assert_eq!(claims.iter().filter(|claim| **claim == ClaimDay::Claimed).count(), 1);
    assert_eq!(claims.iter().filter(|claim| **claim == ClaimDay::Busy).count(), 7);
}

pub async fn of_many_who_take_a_claim_over_one_gets_it(runs: Runs) {
    assert_eq!(claim(&runs, today(), "dead", now()).await, ClaimDay::Claimed);
    let mut nodes = JoinSet::new();
    for node in 0..8 {
        let runs = Arc::clone(&runs);
        let later = now() + CLAIM + MOMENT;
        nodes.spawn(async move { claim(&runs, today(), &format!("node-{node}"), later).await });
    }
    let claims = nodes.join_all().await;
    assert_eq!(claims.iter().filter(|claim| **claim == ClaimDay::Claimed).count(), 1);
}

/// Turns each case of the contract into a test of its own, against a future of fresh
/// [`Runs`](crate::schedule::testing::Runs).
#[macro_export]
macro_rules! schedule_runs_contract {
    ($fresh_runs:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::schedule::testing::$case($fresh_runs.await).await; })*
    };
    ($fresh_runs:expr) => {
        $crate::schedule_runs_contract!($fresh_runs;
            a_day_belongs_to_whoever_claims_it_first,
            an_owner_prolongs_their_claim,
            a_claim_that_ran_out_is_taken_over,
            a_day_that_was_run_is_run_for_everybody_and_for_ever,
            each_day_is_a_day_of_its_own,
            of_many_claims_at_once_one_is_granted,
            of_many_who_take_a_claim_over_one_gets_it,
        );
    };
}
