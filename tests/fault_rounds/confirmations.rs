//! Everybody confirms at once, on two nodes: plans that have one taker, with coconuts that suffice for one
//! plan.

use std::collections::BTreeMap;
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::json;
use testkit::operator::{drained, ledger_is_clean, statistics_are_right};
use testkit::{Answer, Cluster, Plan, Quote, TestApp, User};

use crate::GOFORME;
use crate::size::sized;

/// Each quotes on each plan.
const MAKERS: usize = 20;
/// Each has two plans and coconuts for one.
const DREAMERS: usize = 5;
const PRICE: i64 = 7;

/// A Dreamer, both plans, and all quotes on either.
struct Bidding {
    dreamer: User,
    plans: Vec<(Plan, Vec<Quote>)>,
}

impl Bidding {
    async fn open(app: &TestApp, makers: &[User]) -> Self {
        let dreamer = app.sign_up_dreamer().await;
        // A little is left over, which is too little for the other plan.
        app.charge(&dreamer, PRICE * 2 - 1).await;
        let mut plans = Vec::new();
        for _ in 0..2 {
            let plan = app.post_plan(&dreamer).await;
            let quotes = join_all(makers.iter().map(|maker| app.send_quote(maker, &plan, PRICE))).await;
            plans.push((plan, quotes));
        }
        Self { dreamer, plans }
    }

    /// All quotes are confirmed at once, by turns on each node.
    async fn confirm_all(&self, nodes: &[TestApp]) -> Vec<Answer> {
        let quotes = self.plans.iter().flat_map(|(_, quotes)| quotes);
        let confirmed = quotes.zip(nodes.iter().cycle()).map(|(quote, node)| {
            let path = format!("/quotes/{}/confirm", quote.id);
            async move { node.patch(&path, &self.dreamer, json!({ "isConfirmed": true })).await }
        });
        join_all(confirmed).await
    }

    /// One confirmation was made, the others were refused for one of the two reasons that there are.
    async fn verify(&self, app: &TestApp, answers: &[Answer]) {
        let mut seen: BTreeMap<(u16, &str), usize> = BTreeMap::new();
        for answer in answers {
            let code = answer["code"].as_str().unwrap_or_default();
            *seen.entry((answer.status, code)).or_default() += 1;
        }
        let won = seen.remove(&(200, ""));
        let refused: Vec<_> = seen.into_keys().collect();
        let cleanly = [(400, "PLAN_NOT_PENDING"), (400, "COCONUTS_INSUFFICIENT")];
        assert!(won == Some(1) && refused.iter().all(|code| cleanly.contains(code)), "{won:?} {refused:?}");
        assert_eq!(app.balance(&self.dreamer).await, PRICE - 1);
        let mut confirmed = 0;
        for (plan, _) in &self.plans {
            let path = format!("/plans/{}/quotes?isConfirmed=true", plan.id);
            confirmed += app.get(&path, &self.dreamer).await.expect(200)["totalCount"].as_u64().unwrap();
        }
        assert_eq!(confirmed, 1);
        assert_eq!(app.all("/chatRooms?", &self.dreamer).await.len(), 1);
        assert_eq!(app.told(&self.dreamer).await["CONFIRM_QUOTE"], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_confirmations_at_once_those_win_that_can_be_paid_for_and_one_per_plan() {
    let cluster = Cluster::builder(GOFORME).nodes(2).workers(2).start().await;
    let app = &cluster.nodes[0];
    let makers = join_all((0..MAKERS).map(|_| app.sign_up_maker("SEOUL"))).await;
    let rounds = sized(2, 20);
    for round in 1..=rounds {
        let biddings = join_all((0..DREAMERS).map(|_| Bidding::open(app, &makers))).await;
        let began = Instant::now();
        let answers = join_all(biddings.iter().map(|one| one.confirm_all(&cluster.nodes))).await;
        println!("round {round}: {} confirmations at once took {:?}", DREAMERS * MAKERS * 2, began.elapsed());
        drained(app).await;
        ledger_is_clean(app).await;
        for (bidding, answers) in biddings.iter().zip(answers) {
            bidding.verify(app, &answers).await;
        }
    }
    let mut told = Vec::new();
    for maker in &makers {
        // One by one: a server without indexes reads everybody's for each.
        told.push(cluster.nodes[1].told(maker).await);
    }
    let count = |event: &str| told.iter().filter_map(|told| told.get(event)).sum::<usize>();
    assert_eq!(count("CONFIRM_REQUEST"), rounds * DREAMERS);
    assert_eq!(count("REJECT_QUOTE"), rounds * DREAMERS * (MAKERS - 1));
    statistics_are_right(app).await;
    let held = "SELECT count(*), sum(balance) FROM point_accounts WHERE kind = 'ESCROW' AND balance > 0";
    let confirmed = i64::try_from(rounds * DREAMERS).unwrap();
    assert_eq!(cluster.sql(held).await, format!("{confirmed}|{}", confirmed * PRICE));
}
