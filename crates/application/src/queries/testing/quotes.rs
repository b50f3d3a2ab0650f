//! Quotes of a plan, quotes of a maker, and one alone.

use kernel::{PlanStatus, QuoteId, TripType, UserId};
use plan::PlanState;
use user::testing::{a_new_maker, add_a_dreamer, add_a_maker, ids, now};

use super::{
    QueryContractTx, World, a_completed_trip, a_confirmed_trip, a_dreamer_called, a_plan_of, a_quote_on,
    a_user_called, at, confirm, delete, follow, named, whole_list,
};
use crate::queries::{PlanQuoteView, QuotePlanView, QuoteView};

fn ids_of(quotes: &[QuoteView]) -> Vec<QuoteId> {
    quotes.iter().map(|quote| quote.id).collect()
}

pub async fn a_plans_quotes_come_newest_first_with_the_makers_card(world: World) {
    let (dreamer, plan, followed, quotes) = world
        .hold(async |tx| {
            let dreamer = add_a_dreamer(tx).await.id();
            let plan = a_plan_of(tx, dreamer, |_| {}).await;
            let another = a_plan_of(tx, dreamer, |_| {}).await;
            let mut quotes = Vec::new();
            for minute in [1, 3, 2, 2, 9] {
                let maker = add_a_maker(tx).await.id();
                let sent = a_quote_on(tx, &plan, maker, |quote| {
                    quote.created_at = at(minute);
                    quote.updated_at = at(minute + 1);
                    quote.is_assigned = minute == 3;
                });
                quotes.push(sent.await);
                a_quote_on(tx, &another, maker, |_| {}).await;
            }
            let followed = quotes[1].maker();
            follow(tx, dreamer, followed, now()).await;
            let withdrawn = &mut quotes[4];
            withdrawn.withdraw(withdrawn.maker(), &plan, now()).unwrap();
            tx.quotes().save(withdrawn).await.unwrap().accepted().unwrap();
            (dreamer, plan, followed, quotes)
        })
        .await;
    let list =
        whole_list(async |page| world.quotes.of_plan(plan.id(), dreamer, false, page).await.unwrap()).await;
    let expected = [1, 3, 2, 0].map(|index: usize| quotes[index].id());
    assert_eq!(list.iter().map(|quote| quote.id).collect::<Vec<_>>(), expected);
    let newest = PlanQuoteView {
        id: quotes[1].id(),
        created_at: at(3),
        updated_at: at(4),
        price: quotes[1].price().get(),
        content: quotes[1].content().as_str().to_owned(),
        is_confirmed: false,
        is_assigned: true,
        maker: world.makers.find(followed, Some(dreamer)).await.unwrap().unwrap(),
    };
    assert!(newest.maker.is_followed);
    assert_eq!(list[0], newest);
    assert!(!list[1].is_assigned && !list[1].maker.is_followed);
}

pub async fn a_plans_quotes_can_be_restricted_to_the_confirmed_one(world: World) {
    let (dreamer, plan, chosen, other) = world
        .hold(async |tx| {
            let dreamer = add_a_dreamer(tx).await.id();
            let mut plan = a_plan_of(tx, dreamer, |_| {}).await;
            let (maker, another) = (add_a_maker(tx).await.id(), add_a_maker(tx).await.id());
            let mut chosen = a_quote_on(tx, &plan, maker, |_| {}).await;
            let other = a_quote_on(tx, &plan, another, |_| {}).await;
            confirm(tx, &mut plan, &mut chosen).await;
            (dreamer, plan.id(), chosen.id(), other.id())
        })
        .await;
    for (only_confirmed, expected) in
        [(false, vec![(other, false), (chosen, true)]), (true, vec![(chosen, true)])]
    {
        let query = async |page| world.quotes.of_plan(plan, dreamer, only_confirmed, page).await.unwrap();
        let list = whole_list(query).await;
        let seen: Vec<_> = list.iter().map(|quote| (quote.id, quote.is_confirmed)).collect();
        assert_eq!(seen, expected);
    }
}

/// A plan that `chosen` hosts and on which `maker` had quoted in vain.
async fn a_lost_trip(tx: &mut dyn QueryContractTx, maker: UserId, chosen: UserId) -> (plan::Plan, QuoteId) {
    let dreamer = add_a_dreamer(tx).await.id();
    let mut plan = a_plan_of(tx, dreamer, |_| {}).await;
    let lost = a_quote_on(tx, &plan, maker, |_| {}).await.id();
    let mut won = a_quote_on(tx, &plan, chosen, |_| {}).await;
    confirm(tx, &mut plan, &mut won).await;
    (plan, lost)
}

/// A maker's quotes of every sort, and another maker's.
struct Sent {
    maker: UserId,
    pending: [QuoteId; 3],
    confirmed: QuoteId,
    completed: QuoteId,
    /// On plans that are CONFIRMED, COMPLETED and OVERDUE.
    lost: [QuoteId; 3],
}

async fn sent(tx: &mut dyn QueryContractTx) -> Sent {
    let (maker, another) = (add_a_maker(tx).await.id(), add_a_maker(tx).await.id());
    let dreamer = add_a_dreamer(tx).await.id();
    let completed = a_completed_trip(tx, dreamer, maker, |_| {}).await.1.id();
    let confirmed = a_confirmed_trip(tx, dreamer, maker, |_| {}).await.1.id();
    let mut pending = Vec::new();
    for minute in [1, 2, 2, 3, 4] {
        let mut plan = a_plan_of(tx, dreamer, |_| {}).await;
        a_quote_on(tx, &plan, another, |quote| quote.created_at = at(minute)).await;
        let mut quote = a_quote_on(tx, &plan, maker, |quote| quote.created_at = at(minute)).await;
        pending.push(quote.id());
        if minute == 3 {
            quote.withdraw(maker, &plan, now()).unwrap();
            tx.quotes().save(&quote).await.unwrap().accepted().unwrap();
        }
        if minute == 4 {
            delete(tx, &mut plan).await;
        }
    }
    let (_, in_confirmed) = a_lost_trip(tx, maker, another).await;
    let (mut trip, in_completed) = a_lost_trip(tx, maker, another).await;
    trip.complete(trip.dreamer(), now()).unwrap();
    tx.plans().save(&trip).await.unwrap();
    let plan = a_plan_of(tx, dreamer, |_| {}).await;
    let in_overdue = a_quote_on(tx, &plan, maker, |_| {}).await.id();
    let mut parts = plan.into_parts();
    parts.state = PlanState::Overdue;
    tx.plans().save(&plan::Plan::restore(parts).unwrap()).await.unwrap();
    Sent {
        maker,
        pending: [pending[0], pending[1], pending[2]],
        confirmed,
        completed,
        lost: [in_confirmed, in_completed, in_overdue],
    }
}

pub async fn sent_quotes_come_by_the_status_of_their_plan_then_newest_first(world: World) {
    let Sent { maker, pending: [first, second, third], confirmed, completed, .. } = world.hold(sent).await;
    let list = whole_list(async |page| world.quotes.sent_by(maker, page).await.unwrap()).await;
    assert_eq!(ids_of(&list), [third, second, first, confirmed, completed]);
    let statuses: Vec<_> = list.iter().map(|quote| (quote.plan.status, quote.is_confirmed)).collect();
    assert_eq!(
        statuses,
        [
            (PlanStatus::Pending, false),
            (PlanStatus::Pending, false),
            (PlanStatus::Pending, false),
            (PlanStatus::Confirmed, true),
            (PlanStatus::Completed, true),
        ]
    );
    for quote in list {
        assert_eq!(world.quotes.find(quote.id).await.unwrap(), Some(quote));
    }
}

pub async fn quotes_that_were_not_chosen_are_listed_apart(world: World) {
    let Sent { maker, lost: [in_confirmed, in_completed, in_overdue], .. } = world.hold(sent).await;
    let list = whole_list(async |page| world.quotes.not_chosen_of(maker, page).await.unwrap()).await;
    assert_eq!(ids_of(&list), [in_overdue, in_completed, in_confirmed]);
    assert!(list.iter().all(|quote| !quote.is_confirmed && quote.maker.id == maker));
}

/// Every field; the address as the two sides may see it.
pub async fn a_quote_is_shown_with_its_plan_and_both_sides(world: World) {
    let (dreamer, maker, mut plan, mut quote) = world
        .hold(async |tx| {
            let dreamer = a_dreamer_called(tx, "드리머").await;
            let maker = a_user_called(tx, "메이커", a_new_maker()).await;
            let plan = a_plan_of(tx, dreamer.id(), |plan| {
                plan.trip_type = TripType::Shopping;
                plan.address = "서울시 종로구 1".try_into().ok();
                plan.created_at = at(1);
            })
            .await;
            let quote = a_quote_on(tx, &plan, maker.id(), |quote| {
                quote.is_assigned = true;
                quote.created_at = at(2);
                quote.updated_at = at(3);
            })
            .await;
            (dreamer, maker, plan, quote)
        })
        .await;
    let expected = QuoteView {
        id: quote.id(),
        created_at: at(2),
        updated_at: at(3),
        price: quote.price().get(),
        content: quote.content().as_str().to_owned(),
        is_confirmed: false,
        is_assigned: true,
        maker: named(&maker),
        dreamer: named(&dreamer),
        plan: QuotePlanView {
            id: plan.id(),
            created_at: at(1),
            title: plan.title().as_str().to_owned(),
            trip_date: plan.trip_date(),
            trip_type: TripType::Shopping,
            service_area: plan.service_area(),
            details: plan.details().as_str().to_owned(),
            status: PlanStatus::Pending,
            address: Some("서울시 종로구 1".to_owned()),
        },
    };
    let sees = |shown: &QuoteView| [dreamer.id(), maker.id()].map(|viewer| shown.shows_address_to(viewer));
    assert_eq!(sees(&expected), [true, false]);
    assert_eq!(world.quotes.find(quote.id()).await.unwrap(), Some(expected));
    world.hold(async |tx| confirm(tx, &mut plan, &mut quote).await).await;
    let shown = world.quotes.find(quote.id()).await.unwrap().unwrap();
    assert_eq!((shown.plan.status, shown.is_confirmed), (PlanStatus::Confirmed, true));
    assert_eq!(sees(&shown), [true, true]);
    world
        .hold(async |tx| {
            plan.complete(dreamer.id(), now()).unwrap();
            delete(tx, &mut plan).await;
        })
        .await;
    assert_eq!(world.quotes.find(quote.id()).await.unwrap(), None);
    assert_eq!(world.quotes.find(ids().next()).await.unwrap(), None);
}
