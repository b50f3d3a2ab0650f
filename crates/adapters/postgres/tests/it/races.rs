//! Many confirmations at once, by the use case itself.

use std::sync::Arc;

use application::Environment;
use application::jobs::OutboxFeed;
use application::quotes::ConfirmQuote;
use goforme_postgres::{PgTx, Postgres};
use kernel::testing::FakeClock;
use kernel::{IdGenerator, QuoteId, Transaction, UserId};
use plan::testing::add_a_plan;
use point::testing::a_charge;
use point::{HasLedger, LedgerAudit, Posting};
use quote::testing::add_a_quote;
use tokio::task::JoinSet;
use user::testing::add_a_dreamer;
use uuid::Uuid;

use crate::fresh::{config, database, intruder};

/// What each quote costs.
const PRICE: i64 = 1500;

/// Where the fixtures have their ids from, so that none comes twice.
struct FixturesIds;

impl IdGenerator for FixturesIds {
    fn next_uuid(&self) -> Uuid {
        point::testing::ids().next_uuid()
    }
}

/// A dreamer who can afford so many quotes, and the quotes of all their plans.
async fn a_rich_dreamer(tx: &mut PgTx, affordable: i64, plans: usize, each: usize) -> (UserId, Vec<QuoteId>) {
    let dreamer = add_a_dreamer(tx).await.id();
    assert_eq!(
        tx.ledger().post(&a_charge(dreamer, affordable * PRICE + PRICE / 2)).await.unwrap(),
        Posting::Posted
    );
    let mut quotes = Vec::new();
    for _ in 0..plans {
        let plan = add_a_plan(tx, |plan| plan.dreamer = dreamer).await;
        for _ in 0..each {
            let quote = add_a_quote(tx, &plan).await;
            assert_eq!(quote.price().get(), PRICE);
            quotes.push(quote.id());
        }
    }
    (dreamer, quotes)
}

/// Every quote is confirmed by three clients at once; answers how many were told that they did it.
async fn race(store: &Postgres, dreamer: UserId, quotes: &[QuoteId]) -> usize {
    let environment = Environment::new(Arc::new(FakeClock::default()), Arc::new(FixturesIds));
    let confirm = Arc::new(ConfirmQuote { store: Arc::new(store.clone()), environment });
    let mut clients = JoinSet::new();
    for quote in quotes.iter().copied().cycle().take(3 * quotes.len()) {
        let confirm = Arc::clone(&confirm);
        clients.spawn(async move { confirm.run(quote, dreamer).await });
    }
    let outcomes = clients.join_all().await;
    for refusal in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let code = refusal.code().name;
        assert!(["PLAN_NOT_PENDING", "COCONUTS_INSUFFICIENT"].contains(&code), "{refusal}");
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_confirmations_the_affordable_ones_win_and_each_plan_has_one() {
    let url = database().await;
    let store = Postgres::new(&config(url.clone())).unwrap();
    let mut tx = store.transaction().await.unwrap();
    let (dreamer, quotes) = a_rich_dreamer(&mut tx, 5, 8, 4).await;
    Box::new(tx).commit().await.unwrap();

    assert_eq!(race(&store, dreamer, &quotes).await, 5);
    let off = store.audit().await.unwrap();
    assert!(off.is_empty(), "{off:?}");
    assert_eq!(store.pending().await.unwrap(), 5);
    let mut tx = store.transaction().await.unwrap();
    assert_eq!(tx.ledger().balance(dreamer).await.unwrap(), PRICE / 2);
    Box::new(tx).rollback().await.unwrap();
    let agree = "SELECT count(*) FROM plans JOIN quotes ON confirmed_quote_id = quotes.id
        WHERE status = 'CONFIRMED' AND confirmed_at IS NOT NULL AND quotes.plan_id = plans.id";
    let agree: i64 = intruder(&url).await.query_one(agree, &[]).await.unwrap().get(0);
    assert_eq!(agree, 5);
}
