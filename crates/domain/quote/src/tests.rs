//! Each rule of a quote, and random races for one plan.

use chrono::TimeDelta;
use kernel::{ErrorCode, Kind, PlanStatus, QuoteId, UserId};
use plan::testing::{a_plan, a_plan_with};
use plan::{Plan, PlanError, PlanState};
use proptest::prelude::*;
use user::testing::{ids, now};

use crate::testing::{a_new_quote_by, a_quote_by, a_quote_with};
use crate::{Quote, QuoteError, QuoteState};

fn someone() -> UserId {
    ids().next()
}

/// Plans on which nothing may happen to quotes, each with the reason.
fn plans_that_refuse() -> [(Plan, PlanError); 4] {
    let quote: QuoteId = ids().next();
    [
        (PlanState::Confirmed { quote }, PlanError::NotPending(PlanStatus::Confirmed)),
        (PlanState::Completed { quote }, PlanError::NotPending(PlanStatus::Completed)),
        (PlanState::Overdue, PlanError::NotPending(PlanStatus::Overdue)),
        (PlanState::Pending, PlanError::NotFound),
    ]
    .map(|(state, error)| {
        let deleted_at = (error == PlanError::NotFound).then(now);
        (a_plan_with(|plan| (plan.state, plan.deleted_at) = (state, deleted_at)), error)
    })
}

/// A live quote on that plan, as if it had been sent in time.
fn a_quote_on(plan: &Plan) -> Quote {
    a_quote_with(|quote| (quote.plan, quote.dreamer) = (plan.id(), plan.dreamer()))
}

#[test]
fn a_sent_quote_is_an_open_offer_to_the_plans_dreamer() {
    let (plan, new) = (a_plan(), a_new_quote_by(someone()));
    let quote = Quote::send(new.clone(), &plan, now()).unwrap();
    assert_eq!((quote.plan(), quote.dreamer(), quote.maker()), (plan.id(), plan.dreamer(), new.maker));
    assert_eq!((quote.id(), quote.price(), quote.content()), (new.id, new.price, &new.content));
    assert_eq!((quote.state(), quote.is_confirmed(), quote.is_deleted()), (QuoteState::Open, false, false));
    assert_eq!((quote.created_at(), quote.updated_at()), (now(), now()));
}

#[test]
fn a_quote_is_assigned_if_the_plan_had_asked_its_maker() {
    let asked = someone();
    let plan = a_plan_with(|plan| plan.assignees = vec![someone(), asked]);
    assert!(a_quote_by(asked, &plan).is_assigned());
    assert!(!a_quote_by(someone(), &plan).is_assigned());
}

#[test]
fn nothing_happens_to_quotes_unless_the_plan_is_there_and_pending() {
    for (mut plan, error) in plans_that_refuse() {
        assert_eq!(Quote::send(a_new_quote_by(someone()), &plan, now()), Err(error));
        let (mut quote, before) = (a_quote_on(&plan), plan.clone());
        let untouched = quote.clone();
        assert_eq!(quote.confirm(plan.dreamer(), &mut plan, now()), Err(error.into()));
        assert_eq!(quote.withdraw(quote.maker(), &plan, now()), Err(error.into()));
        assert_eq!((quote, plan), (untouched, before));
    }
}

#[test]
fn confirming_changes_quote_and_plan_together() {
    let (mut plan, at) = (a_plan(), now() + TimeDelta::minutes(5));
    let mut quote = a_quote_on(&plan);
    quote.confirm(plan.dreamer(), &mut plan, at).unwrap();
    assert_eq!((quote.state(), quote.updated_at()), (QuoteState::Confirmed { at }, at));
    assert_eq!(plan.state(), PlanState::Confirmed { quote: quote.id() });
    let again = quote.confirm(plan.dreamer(), &mut plan, at);
    assert_eq!(again, Err(PlanError::NotPending(PlanStatus::Confirmed).into()));
}

#[test]
fn only_the_dreamer_confirms_and_only_the_maker_withdraws() {
    let mut plan = a_plan();
    let mut quote = a_quote_on(&plan);
    for by in [quote.maker(), someone()] {
        assert_eq!(quote.confirm(by, &mut plan, now()), Err(QuoteError::NotOwned));
    }
    for by in [quote.dreamer(), someone()] {
        assert_eq!(quote.withdraw(by, &plan, now()), Err(QuoteError::NotOwned));
    }
    // Whose it is comes before what state it is in: 403 rather than 400.
    let (over, _) = &plans_that_refuse()[0];
    assert_eq!(a_quote_on(over).withdraw(someone(), over, now()), Err(QuoteError::NotOwned));
}

#[test]
fn a_withdrawn_quote_is_gone() {
    let (mut plan, at) = (a_plan(), now() + TimeDelta::minutes(5));
    let mut quote = a_quote_on(&plan);
    quote.withdraw(quote.maker(), &plan, at).unwrap();
    assert!(quote.is_deleted());
    assert_eq!(quote.updated_at(), at);
    assert_eq!(quote.withdraw(quote.maker(), &plan, at), Err(QuoteError::NotFound));
    assert_eq!(quote.confirm(plan.dreamer(), &mut plan, at), Err(QuoteError::NotFound));
    let before = quote.clone();
    quote.delete_with_plan(at + TimeDelta::minutes(1));
    assert_eq!(quote, before);
}

#[test]
fn a_quote_knows_no_other_plan_than_its_own() {
    let (mut other, mut quote) = (a_plan(), a_quote_on(&a_plan()));
    assert_eq!(quote.confirm(quote.dreamer(), &mut other, now()), Err(QuoteError::NotFound));
    assert_eq!(quote.withdraw(quote.maker(), &other, now()), Err(QuoteError::NotFound));
}

#[test]
fn a_confirmed_quote_stays_confirmed_when_it_is_deleted_with_its_plan() {
    let mut plan = a_plan();
    let mut quote = a_quote_on(&plan);
    quote.confirm(plan.dreamer(), &mut plan, now()).unwrap();
    plan.complete(plan.dreamer(), now()).unwrap();
    quote.delete_with_plan(now());
    assert!(quote.is_confirmed() && quote.is_deleted());
}

#[test]
fn a_refusal_by_the_plan_is_told_as_the_plan_tells_it() {
    let refused = QuoteError::from(PlanError::NotPending(PlanStatus::Overdue));
    assert_eq!((refused.code().name, refused.detail().as_deref()), ("PLAN_NOT_PENDING", Some("OVERDUE")));
    assert_eq!(
        (QuoteError::NotOwned.code().kind, QuoteError::Exists.code().kind),
        (Kind::Forbidden, Kind::Conflict)
    );
}

proptest! {
    /// Steps by anybody, in any order, on the quotes of one plan.
    #[test]
    fn a_plan_never_gets_a_second_confirmed_quote(
        steps in prop::collection::vec((0..4usize, 0..6u8), 1..30),
    ) {
        let mut plan = a_plan();
        let mut quotes = [(); 4].map(|()| a_quote_on(&plan));
        for (which, step) in steps {
            let (owner, quote) = (plan.dreamer(), &mut quotes[which]);
            let maker = quote.maker();
            let _refused = match step {
                0 | 1 => quote.confirm(owner, &mut plan, now()).is_err(),
                2 => quote.withdraw(maker, &plan, now()).is_err(),
                3 => quote.confirm(maker, &mut plan, now()).is_err(),
                4 => plan.complete(owner, now()).is_err(),
                _ => plan.turn_down(maker, now()).is_err(),
            };
            let confirmed: Vec<_> = quotes.iter().filter(|quote| quote.is_confirmed()).collect();
            prop_assert!(confirmed.iter().all(|quote| !quote.is_deleted()));
            prop_assert_eq!(plan.state().quote(), confirmed.first().map(|quote| quote.id()));
            prop_assert!(confirmed.len() <= 1);
        }
    }
}
