//! Quotes: sent, shown to both sides, confirmed, taken back.

use serde_json::{Value, json};
use testkit::{Answer, Plan, Quote, TestApp, Trip, User, eventually};

use crate::GOFORME;
use crate::pattern::{ID, Like, TIME, each, maker_card};

async fn send(app: &TestApp, maker: &User, plan: &Plan, price: Value) -> Answer {
    let quote = json!({ "price": price, "content": "I know a place." });
    app.post(&format!("/plans/{}/quotes", plan.id), maker, quote).await
}

async fn confirm(app: &TestApp, dreamer: &User, quote: &Quote, body: Value) -> Answer {
    app.patch(&format!("/quotes/{}/confirm", quote.id), dreamer, body).await
}

fn yes() -> Value {
    json!({ "isConfirmed": true })
}

/// What every form of a quote has.
fn quote_on(plan: &Plan, price: i64, maker: &User) -> Value {
    let fields = ["id", "createdAt", "title", "tripDate", "tripType", "serviceArea", "details"];
    let plan: Value = fields.into_iter().map(|field| (field.to_owned(), plan.json[field].clone())).collect();
    json!({
        "id": ID, "createdAt": TIME, "updatedAt": TIME, "price": price, "content": "I know a place.",
        "isConfirmed": false, "isAssigned": false, "maker": { "id": maker.id, "nickName": maker.nick_name },
        "plan": plan,
    })
}

/// The address of the plan that a quote is shown with.
async fn address(app: &TestApp, quote: &Quote, viewer: &User) -> Option<Value> {
    let shown = app.get(&format!("/quotes/{}", quote.id), viewer).await.expect(200);
    shown["plan"].get("address").cloned()
}

#[tokio::test]
async fn a_quote_is_answered_and_shown_to_both_sides() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(&maker, &plan, 120).await;
    let mut expected = quote_on(&plan, 120, &maker);
    expected["plan"]["status"] = json!("PENDING");
    quote.json.is_like(&expected);
    let path = format!("/quotes/{}", quote.id);
    expected["dreamer"] = json!({ "id": dreamer.id, "nickName": dreamer.nick_name });
    app.get(&path, &maker).await.expect(200).is_like(&expected);
    expected.as_object_mut().unwrap().remove("dreamer");
    expected["maker"] = maker_card(&maker, "SEOUL");
    app.get(&path, &dreamer).await.expect(200).is_like(&expected);
    for stranger in [app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await] {
        app.get(&path, &stranger).await.expect_refusal(403, "QUOTE_NOT_OWNED");
    }
    app.get("/quotes/01890000-0000-7000-8000-000000000000", &maker)
        .await
        .expect_refusal(404, "QUOTE_NOT_FOUND");
}

#[tokio::test]
async fn a_quote_by_a_maker_who_was_asked_says_so() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let asked = json!({ "assigneeId": maker.id });
    app.post(&format!("/plans/{}/assign", plan.id), &dreamer, asked).await.expect(201);
    let quote = app.send_quote(&maker, &plan, 10).await;
    assert_eq!(quote.json["isAssigned"], json!(true));
    // It stays so when the request is turned down later.
    app.delete(&format!("/plans/{}/assign", plan.id), &maker).await.expect(204);
    let shown = app.get(&format!("/quotes/{}", quote.id), &maker).await.expect(200);
    assert_eq!(shown["isAssigned"], json!(true));
}

#[tokio::test]
async fn a_maker_has_one_live_quote_on_a_plan() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(&maker, &plan, 10).await;
    send(&app, &maker, &plan, json!(20)).await.expect_refusal(409, "QUOTE_EXISTS");
    app.delete(&format!("/quotes/{}", quote.id), &maker).await.expect(204);
    app.get(&format!("/quotes/{}", quote.id), &maker).await.expect_refusal(404, "QUOTE_NOT_FOUND");
    send(&app, &maker, &plan, json!(20)).await.expect(201);
    send(&app, &dreamer, &plan, json!(20)).await.expect_refusal(403, "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn a_price_is_a_whole_number_of_coconuts_within_bounds() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let plan = app.post_plan(&dreamer).await;
    let maker = app.sign_up_maker("SEOUL").await;
    for bad in [json!(0), json!(-1), json!(1_000_000_001), json!(1.5), json!("10"), json!(null), json!(1e300)]
    {
        send(&app, &maker, &plan, bad).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    for good in [1, 1_000_000_000] {
        send(&app, &app.sign_up_maker("SEOUL").await, &plan, json!(good)).await.expect(201);
    }
    for content in ["", &"x".repeat(5001)] {
        let quote = json!({ "price": 1, "content": content });
        let refused = app.post(&format!("/plans/{}/quotes", plan.id), &maker, quote).await;
        refused.expect_refusal(400, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn a_dreamer_sees_the_quotes_on_their_plan_with_the_makers_cards() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    app.charge(&dreamer, 100).await;
    let plan = app.post_plan(&dreamer).await;
    let mut makers = Vec::new();
    let mut quotes = Vec::new();
    for price in [10, 20, 30] {
        makers.push(app.sign_up_maker("SEOUL").await);
        quotes.push(app.send_quote(&makers[makers.len() - 1], &plan, price).await);
    }
    app.post("/follow", &dreamer, json!({ "makerId": makers[2].id })).await.expect(204);
    let path = format!("/plans/{}/quotes", plan.id);
    let entry = |at: usize| {
        json!({
            "id": quotes[at].id, "createdAt": TIME, "updatedAt": TIME, "price": quotes[at].price,
            "content": "I know a place.", "isConfirmed": false, "isAssigned": false,
            "maker": maker_card(&makers[at], "SEOUL"),
        })
    };
    let first = app.get(&path, &dreamer).await.expect(200);
    first.is_like(&json!({ "totalCount": 3, "list": [entry(2), entry(1)] }));
    assert_eq!(first["list"][0]["maker"]["isFollowed"], json!(true));
    let second = app.get(&format!("{path}?page=2"), &dreamer).await.expect(200);
    second.is_like(&json!({ "totalCount": 3, "list": [entry(0)] }));
    app.confirm(&dreamer, &quotes[1]).await;
    let confirmed = app.get(&format!("{path}?isConfirmed=true"), &dreamer).await.expect(200);
    confirmed.is_like(&json!({ "totalCount": 1, "list": [{ "id": quotes[1].id, "isConfirmed": true }] }));
    app.get(&path, &app.sign_up_dreamer().await).await.expect_refusal(403, "PLAN_NOT_OWNED");
    app.get(&path, &makers[0]).await.expect_refusal(403, "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn a_confirmation_takes_the_price_and_confirms_the_plan() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let other = app.sign_up_maker("SEOUL").await;
    app.charge(&dreamer, 150).await;
    let plan = app.post_plan(&dreamer).await;
    let (quote, losing) = (app.send_quote(&maker, &plan, 120).await, app.send_quote(&other, &plan, 1).await);
    for stranger in [&maker, &app.sign_up_dreamer().await] {
        confirm(&app, stranger, &quote, yes()).await.expect_refusal(403, "QUOTE_NOT_OWNED");
    }
    for bad in [json!({ "isConfirmed": false }), json!({}), json!({ "isConfirmed": "true" })] {
        confirm(&app, &dreamer, &quote, bad).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    let confirmed = confirm(&app, &dreamer, &quote, yes()).await.expect(200);
    let mut expected = quote_on(&plan, 120, &maker);
    (expected["isConfirmed"], expected["plan"]["status"]) = (json!(true), json!("CONFIRMED"));
    confirmed.is_like(&expected);
    assert_eq!((app.balance(&dreamer).await, app.balance(&maker).await), (30, 0));
    for again in [&quote, &losing] {
        confirm(&app, &dreamer, again, yes()).await.expect_refusal(400, "PLAN_NOT_PENDING");
    }
    send(&app, &app.sign_up_maker("SEOUL").await, &plan, json!(5))
        .await
        .expect_refusal(400, "PLAN_NOT_PENDING");
    assert_eq!(app.balance(&dreamer).await, 30);
}

#[tokio::test]
async fn whoever_has_too_few_coconuts_confirms_nothing() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.charge(&dreamer, 119).await;
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(&maker, &plan, 120).await;
    confirm(&app, &dreamer, &quote, yes()).await.expect_refusal(400, "COCONUTS_INSUFFICIENT");
    assert_eq!(app.balance(&dreamer).await, 119);
    let shown = app.get(&format!("/plans/{}", plan.id), &dreamer).await.expect(200);
    assert_eq!(shown["status"], json!("PENDING"));
    app.charge(&dreamer, 1).await;
    confirm(&app, &dreamer, &quote, yes()).await.expect(200);
    assert_eq!(app.balance(&dreamer).await, 0);
}

#[tokio::test]
async fn a_quote_is_taken_back_by_its_maker_while_the_plan_is_pending() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, quote, .. } = app.confirmed_trip(10).await;
    let path = format!("/quotes/{}", quote.id);
    for stranger in [&dreamer, &app.sign_up_maker("SEOUL").await] {
        app.delete(&path, stranger).await.expect_refusal(403, "QUOTE_NOT_OWNED");
    }
    app.delete(&path, &maker).await.expect_refusal(400, "PLAN_NOT_PENDING");
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(&maker, &plan, 10).await;
    let path = format!("/quotes/{}", quote.id);
    assert_eq!(app.delete(&path, &maker).await.expect(204).text, "");
    app.delete(&path, &maker).await.expect_refusal(404, "QUOTE_NOT_FOUND");
    confirm(&app, &dreamer, &quote, yes()).await.expect_refusal(404, "QUOTE_NOT_FOUND");
    let list = app.get(&format!("/plans/{}/quotes", plan.id), &dreamer).await.expect(200);
    assert_eq!(list.json, json!({ "totalCount": 0, "list": [] }));
}

#[tokio::test]
async fn the_address_of_a_shopping_trip_is_shown_with_its_quote_to_whom_it_concerns() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let other = app.sign_up_maker("SEOUL").await;
    app.charge(&dreamer, 10).await;
    let changes = json!({ "tripType": "SHOPPING", "address": "Seoul 1" });
    let plan = app.post_plan_like(&dreamer, changes).await;
    let (quote, losing) = (app.send_quote(&maker, &plan, 10).await, app.send_quote(&other, &plan, 5).await);
    let shown = Some(json!("Seoul 1"));
    assert_eq!((quote.json["plan"].get("address"), address(&app, &quote, &maker).await), (None, None));
    assert_eq!(address(&app, &quote, &dreamer).await, shown);
    let confirmed = confirm(&app, &dreamer, &quote, yes()).await.expect(200);
    assert_eq!(confirmed["plan"]["address"], json!("Seoul 1"));
    assert_eq!(address(&app, &quote, &maker).await, shown);
    assert_eq!(address(&app, &losing, &other).await, None);
    let list = app.get("/quotes?isSent=true", &maker).await.expect(200);
    assert_eq!(list["list"][0]["plan"]["address"], json!("Seoul 1"));
    app.complete(&dreamer, &plan).await;
    assert_eq!(address(&app, &quote, &maker).await, None);
    assert_eq!(address(&app, &quote, &dreamer).await, shown);
}

#[tokio::test]
async fn a_maker_lists_quotes_that_may_come_to_something_and_those_that_came_to_nothing() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let rival = app.sign_up_maker("SEOUL").await;
    app.charge(&dreamer, 100).await;
    let mut quotes = Vec::new();
    for _ in 0..6 {
        let plan = app.post_plan(&dreamer).await;
        let (own, rivals) = (app.send_quote(&maker, &plan, 10).await, app.send_quote(&rival, &plan, 5).await);
        quotes.push((plan, own, rivals));
    }
    // 0: pending, 1: completed, 2: confirmed, 3: lost, 4: lost and completed, 5: pending.
    for (at, chosen) in [(1, &quotes[1].1), (2, &quotes[2].1), (3, &quotes[3].2), (4, &quotes[4].2)] {
        app.confirm(&dreamer, chosen).await;
        if at == 1 || at == 4 {
            app.complete(&dreamer, &quotes[at].0).await;
        }
    }
    for (is_sent, expected) in [(true, &[5, 0, 2, 1][..]), (false, &[4, 3])] {
        let list = app.get(&format!("/quotes?isSent={is_sent}&pageSize=10"), &maker).await.expect(200);
        let expected: Vec<&str> = expected.iter().map(|at| quotes[*at].1.id.as_str()).collect();
        assert_eq!(each(&list["list"], "id"), expected);
        assert_eq!(list["totalCount"], json!(expected.len()));
        let name = json!({ "id": dreamer.id, "nickName": dreamer.nick_name });
        assert!(each(&list["list"], "dreamer").into_iter().all(|dreamer| *dreamer == name));
    }
    let pages =
        [app.get("/quotes?isSent=true", &maker).await, app.get("/quotes?isSent=true&page=2", &maker).await];
    let ids: Vec<&Value> = pages.iter().flat_map(|page| each(&page["list"], "id")).collect();
    assert_eq!(ids, [5, 0, 2, 1].map(|at: usize| &quotes[at].1.json["id"]));
    for bad in ["/quotes", "/quotes?isSent=", "/quotes?isSent=yes", "/quotes?isSent=true&isSent=false"] {
        app.get(bad, &maker).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    app.get("/quotes?isSent=true", &dreamer).await.expect_refusal(403, "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn a_confirmation_counts_for_its_maker() {
    let app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(10).await;
    eventually("the confirmation is counted", || async {
        let card = app.get(&format!("/users/maker/{}", trip.maker.id), &trip.dreamer).await.expect(200);
        (card["totalConfirms"] == 1).then_some(())
    })
    .await;
}
