//! One's own account, profile and coconuts.

use kernel::{PageOf, PointEvent, Role, UserId};
use point::testing::coconuts;
use point::{Posting, Transfer};
use user::testing::{a_dreamer, a_maker, a_social_dreamer, added, ids, now};
use user::{Email, User};

use super::{QueryContractTx, World, at, page};
use crate::queries::{Me, PointEntryView};

async fn post(tx: &mut dyn QueryContractTx, transfer: &Transfer) {
    assert_eq!(tx.ledger().post(transfer).await.unwrap(), Posting::Posted);
}

async fn charge(tx: &mut dyn QueryContractTx, user: UserId, amount: i64, minute: i64) -> Transfer {
    let charge = Transfer::charge(ids(), ids().next(), user, coconuts(amount), at(minute));
    post(tx, &charge).await;
    charge
}

fn shown(user: &User, role: Role, coconut: i64) -> Me {
    Me {
        id: user.id(),
        role,
        nick_name: user.nick_name().as_str().to_owned(),
        email: user.email().map(|email: &Email| email.as_str().to_owned()),
        phone_number: user.phone_number().as_str().to_owned(),
        coconut,
    }
}

/// 0 before the first movement; escrow is spent.
pub async fn an_account_shows_itself_and_what_it_can_spend(world: World) {
    let (dreamer, social, maker) = world
        .hold(async |tx| {
            let dreamer = added(tx, a_dreamer()).await;
            let maker = added(tx, a_maker()).await;
            charge(tx, dreamer.id(), 700, 0).await;
            let quote = ids().next();
            post(tx, &Transfer::escrow(ids(), quote, dreamer.id(), coconuts(300), now())).await;
            charge(tx, dreamer.id(), 5, 1).await;
            post(tx, &Transfer::pay_out(ids(), quote, maker.id(), coconuts(300), now())).await;
            (dreamer, added(tx, a_social_dreamer()).await, maker)
        })
        .await;
    for (user, role, coconut) in
        [(&dreamer, Role::Dreamer, 405), (&social, Role::Dreamer, 0), (&maker, Role::Maker, 300)]
    {
        assert_eq!(world.users.me(user.id()).await.unwrap(), Some(shown(user, role, coconut)));
    }
    assert_eq!(world.users.me(ids().next()).await.unwrap(), None);
}

pub async fn a_profile_is_shown_as_it_was_saved(world: World) {
    let users = [a_dreamer(), a_maker()];
    world
        .hold(async |tx| {
            for user in &users {
                added(tx, user.clone()).await;
            }
        })
        .await;
    for (user, profile) in users {
        assert_eq!(world.users.profile(user.id()).await.unwrap(), Some(profile));
    }
    assert_eq!(world.users.profile(ids().next()).await.unwrap(), None);
}

pub async fn a_log_has_the_users_own_entries_newest_first(world: World) {
    let (dreamer, expected) = world
        .hold(async |tx| {
            let dreamer = added(tx, a_dreamer()).await.id();
            let maker = added(tx, a_maker()).await.id();
            let first = charge(tx, dreamer, 900, 1).await;
            let latest = charge(tx, dreamer, 50, 3).await;
            let quote = ids().next();
            let spent = Transfer::escrow(ids(), quote, dreamer, coconuts(300), at(2));
            post(tx, &spent).await;
            post(tx, &Transfer::pay_out(ids(), quote, maker, coconuts(300), at(5))).await;
            let reversed = Transfer::reverse_charge(ids(), ids().next(), dreamer, coconuts(40), at(2));
            post(tx, &reversed).await;
            let expected = [&latest, &reversed, &spent, &first].map(|transfer| {
                let [mine, _] = transfer.entries();
                PointEntryView {
                    id: mine.id,
                    user: dreamer,
                    event: transfer.event(),
                    value: mine.value,
                    created_at: transfer.at(),
                }
            });
            (dreamer, expected)
        })
        .await;
    let events = expected.each_ref().map(|entry| (entry.event, entry.value));
    let spelled = [
        (PointEvent::Charge, 50),
        (PointEvent::Withdraw, -40),
        (PointEvent::Spend, -300),
        (PointEvent::Charge, 900),
    ];
    assert_eq!(events, spelled);
    // There is no total to page by, so the pages are read as if there were.
    let query = async |page| PageOf { total: 4, list: world.points.log(dreamer, page).await.unwrap() };
    assert_eq!(super::whole_list(query).await, expected);
    assert_eq!(world.points.log(ids().next(), page(1, 5)).await.unwrap(), []);
}
