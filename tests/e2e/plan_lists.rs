//! Lists of plans: for Makers who look for one, for the Dreamer who owns them, and counted for everybody.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::{Answer, Caller, Guest, Plan, Quote, TestApp, User, eventually};

use crate::GOFORME;
use crate::calendar::{DAY, in_days, midnight, start_at_noon};
use crate::pattern::{ID, Like, each};

/// The titles in the list that a path answers, in its order.
async fn titles(app: &TestApp, path: &str, by: &impl Caller) -> Vec<String> {
    let found = app.get(path, by).await.expect(200);
    each(&found["list"], "title").into_iter().map(|title| title.as_str().unwrap().to_owned()).collect()
}

async fn post(app: &TestApp, dreamer: &User, title: &str, changes: Value) -> Plan {
    let mut plan = json!({ "title": title });
    plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    app.post_plan_like(dreamer, plan).await
}

/// The groups of an answer, in whatever order they are in.
fn groups(answer: &Answer) -> BTreeSet<String> {
    answer["groupByCount"].as_array().unwrap().iter().map(Value::to_string).collect()
}

fn group(field: &str, name: &str, count: i64) -> String {
    json!({ field: name, "count": count }).to_string()
}

/// Walks through a list page by page, and checks that every entry comes exactly once.
async fn walk(app: &TestApp, path: &str, by: &User, size: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for page in 1.. {
        let answer = app.get(&format!("{path}page={page}&pageSize={size}"), by).await.expect(200);
        let list = each(&answer["list"], "id");
        assert!(list.len() <= size);
        ids.extend(list.iter().map(|id| id.as_str().unwrap().to_owned()));
        if list.is_empty() {
            assert_eq!(answer["totalCount"], json!(ids.len()), "{path}");
            break;
        }
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an entry of {path} came twice");
    ids
}

#[tokio::test]
async fn plans_are_counted_by_area_or_by_type_whatever_their_status() {
    let app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(10).await;
    let dreamer = app.sign_up_dreamer().await;
    post(&app, &dreamer, "a", json!({ "serviceArea": "SEOUL", "tripType": "SHOPPING" })).await;
    post(&app, &dreamer, "b", json!({ "serviceArea": "JEJU" })).await;
    let deleted = post(&app, &dreamer, "c", json!({ "serviceArea": "ULSAN" })).await;
    app.delete(&format!("/plans/{}", deleted.id), &dreamer).await.expect(204);
    app.complete(&trip.dreamer, &trip.plan).await;

    let all = app.get("/plans/groupCount", &Guest).await.expect(200);
    assert_eq!(all["totalCount"], json!(3));
    assert_eq!(groups(&all), [group("serviceArea", "SEOUL", 2), group("serviceArea", "JEJU", 1)].into());
    let seoul = app.get("/plans/groupCount?serviceArea=SEOUL", &trip.maker).await.expect(200);
    assert_eq!(seoul["totalCount"], json!(2));
    assert_eq!(groups(&seoul), [group("tripType", "FOOD_TOUR", 1), group("tripType", "SHOPPING", 1)].into());
    let none = app.get("/plans/groupCount?serviceArea=ULSAN", &Guest).await.expect(200);
    assert_eq!(none.json, json!({ "totalCount": 0, "groupByCount": [] }));
    let bad = app.get("/plans/groupCount?serviceArea=TOKYO", &Guest).await;
    bad.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn a_maker_sees_pending_plans_of_their_areas_without_a_quote_of_theirs() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.patch("/profile/update", &maker, json!({ "serviceArea": ["SEOUL", "BUSAN"] })).await.expect(200);
    app.confirmed_trip(10).await;
    post(&app, &dreamer, "seoul", json!({})).await;
    let busan =
        post(&app, &dreamer, "busan", json!({ "serviceArea": "BUSAN", "tripType": "FESTIVAL" })).await;
    post(&app, &dreamer, "jeju", json!({ "serviceArea": "JEJU" })).await;
    let deleted = post(&app, &dreamer, "deleted", json!({})).await;
    app.delete(&format!("/plans/{}", deleted.id), &dreamer).await.expect(204);

    let found = app.get("/plans/maker", &maker).await.expect(200);
    found.is_like(&json!({ "totalCount": 2, "list": [
        { "id": busan.id, "title": "busan", "status": "PENDING", "assignees": [],
          "dreamer": { "id": dreamer.id, "nickName": dreamer.nick_name } },
        { "id": ID, "title": "seoul" },
    ] }));
    assert_eq!(groups(&found), [group("tripType", "FOOD_TOUR", 1), group("tripType", "FESTIVAL", 1)].into());
    let quote = app.send_quote(&maker, &busan, 10).await;
    let others = app.get("/plans/maker", &maker).await.expect(200);
    assert_eq!(each(&others["list"], "title"), ["seoul"]);
    assert_eq!(
        (&others["totalCount"], groups(&others)),
        (&json!(1), [group("tripType", "FOOD_TOUR", 1)].into())
    );
    // Only a live quote counts.
    app.delete(&format!("/quotes/{}", quote.id), &maker).await.expect(204);
    assert_eq!(titles(&app, "/plans/maker", &maker).await, ["busan", "seoul"]);
    app.get("/plans/maker", &dreamer).await.expect_refusal(403, "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn a_maker_finds_plans_by_type_and_by_words() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.patch("/users/update", &dreamer, json!({ "nickName": "여행하는 Kim" })).await.expect(200);
    post(&app, &dreamer, "Food 투어", json!({})).await;
    post(&app, &dreamer, "100% shopping", json!({ "tripType": "SHOPPING" })).await;
    let other = app.sign_up_dreamer().await;
    post(&app, &other, "Festival", json!({ "tripType": "FESTIVAL" })).await;
    for (query, expected) in [
        ("tripType=SHOPPING", &["100% shopping"][..]),
        ("tripType=SHOPPING&tripType=FOOD_TOUR", &["100% shopping", "Food 투어"]),
        ("keyword=FOOD", &["Food 투어"]),
        ("keyword=kIM", &["100% shopping", "Food 투어"]),
        ("keyword=kim&tripType=FOOD_TOUR", &["Food 투어"]),
        ("keyword=%25", &["100% shopping"]),
        ("keyword=", &["Festival", "100% shopping", "Food 투어"]),
        ("keyword=nothing", &[]),
    ] {
        let found = app.get(&format!("/plans/maker?{query}"), &maker).await.expect(200);
        assert_eq!(each(&found["list"], "title"), expected, "{query}");
        assert_eq!(found["totalCount"], json!(expected.len()), "{query}");
    }
    // The groups ignore the type but not the words.
    let all = app.get("/plans/maker?tripType=SHOPPING", &maker).await.expect(200);
    assert_eq!(groups(&all).len(), 3);
    let kims = app.get("/plans/maker?tripType=SHOPPING&keyword=kim", &maker).await.expect(200);
    assert_eq!(groups(&kims), [group("tripType", "FOOD_TOUR", 1), group("tripType", "SHOPPING", 1)].into());
}

#[tokio::test]
async fn plans_that_asked_a_maker_are_found_in_any_area() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = post(&app, &dreamer, "asked", json!({})).await;
    post(&app, &dreamer, "not asked", json!({})).await;
    let body = json!({ "assigneeId": maker.id });
    app.post(&format!("/plans/{}/assign", plan.id), &dreamer, body).await.expect(201);
    assert_eq!(titles(&app, "/plans/maker?isAssigned=true", &maker).await, ["asked"]);
    assert_eq!(titles(&app, "/plans/maker?isAssigned=false", &maker).await, ["not asked", "asked"]);
    app.patch("/profile/update", &maker, json!({ "serviceArea": ["JEJU"] })).await.expect(200);
    assert_eq!(titles(&app, "/plans/maker", &maker).await, [""; 0]);
    let found = app.get("/plans/maker?isAssigned=true", &maker).await.expect(200);
    found.is_like(&json!({ "totalCount": 1, "groupByCount": [{ "tripType": "FOOD_TOUR", "count": 1 }] }));
    app.send_quote(&maker, &plan, 5).await;
    assert_eq!(titles(&app, "/plans/maker?isAssigned=true", &maker).await, [""; 0]);
}

#[tokio::test]
async fn plans_are_sorted_by_recency_or_by_their_day() {
    let app = start_at_noon().await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    for (title, days) in [("third", 3), ("first", 1), ("second", 2)] {
        post(&app, &dreamer, title, json!({ "tripDate": in_days(&app, days).await })).await;
    }
    for (path, by) in [("/plans/maker", &maker), ("/plans/dreamer", &dreamer)] {
        let recent = ["second", "first", "third"];
        assert_eq!(titles(&app, path, by).await, recent);
        assert_eq!(titles(&app, &format!("{path}?orderBy=RECENT"), by).await, recent);
        let soonest = titles(&app, &format!("{path}?orderBy=SCHEDULE_FIRST"), by).await;
        assert_eq!(soonest, ["first", "second", "third"]);
        let bad = app.get(&format!("{path}?orderBy=NAME"), by).await;
        bad.expect_refusal(400, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn pages_never_overlap_even_when_everything_is_equal() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let posts = (0..23).map(|_| app.post_plan(&dreamer));
    futures_util::future::join_all(posts).await;
    for order in ["RECENT", "SCHEDULE_FIRST"] {
        for (path, by) in [("/plans/maker", &maker), ("/plans/dreamer", &dreamer)] {
            let ids = walk(&app, &format!("{path}?orderBy={order}&"), by, 4).await;
            assert_eq!(ids.len(), 23, "{path} {order}");
        }
    }
    let defaults = [("/plans/maker", &maker, 5), ("/plans/dreamer", &dreamer, 3)];
    for (path, by, size) in defaults {
        assert_eq!(titles(&app, path, by).await.len(), size, "{path}");
    }
}

#[tokio::test]
async fn a_dreamer_sees_their_own_plans_by_status() {
    let app = start_at_noon().await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.post_plan(&app.sign_up_dreamer().await).await;
    app.get("/plans/dreamer", &maker).await.expect_refusal(403, "ROLE_FORBIDDEN");
    app.charge(&dreamer, 20).await;
    let mut plans = Vec::new();
    for title in ["pending", "confirmed", "completed"] {
        plans.push(post(&app, &dreamer, title, json!({})).await);
    }
    post(&app, &dreamer, "overdue", json!({ "tripDate": in_days(&app, 1).await })).await;
    for plan in &plans[1..] {
        let quote = app.send_quote(&maker, plan, 10).await;
        app.confirm(&dreamer, &quote).await;
    }
    app.complete(&dreamer, &plans[2]).await;
    app.advance_clock(DAY).await;
    eventually("a plan expires", || async {
        (titles(&app, "/plans/dreamer?status=OVERDUE", &dreamer).await == ["overdue"]).then_some(())
    })
    .await;
    let all = ["overdue", "completed", "confirmed", "pending"];
    assert_eq!(titles(&app, "/plans/dreamer?pageSize=10", &dreamer).await, all);
    for (query, expected) in [
        ("status=PENDING", &["pending"][..]),
        ("status=CONFIRMED&status=COMPLETED", &["completed", "confirmed"]),
    ] {
        assert_eq!(titles(&app, &format!("/plans/dreamer?{query}"), &dreamer).await, expected, "{query}");
    }
    let bad = app.get("/plans/dreamer?status=DELETED", &dreamer).await;
    bad.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn agreed_trips_come_with_their_quote_and_address() {
    let app = start_at_noon().await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.charge(&dreamer, 20).await;
    let today = in_days(&app, 0).await;
    let shopping = json!({ "tripDate": today, "tripType": "SHOPPING", "address": "Seoul 1" });
    let ready = post(&app, &dreamer, "today", shopping).await;
    let later = post(&app, &dreamer, "later", json!({})).await;
    let mut quotes = Vec::new();
    for plan in [&ready, &later] {
        app.send_quote(&app.sign_up_maker("SEOUL").await, plan, 1).await;
        quotes.push(app.send_quote(&maker, plan, 10).await);
        app.confirm(&dreamer, &quotes[quotes.len() - 1]).await;
    }
    let agreed = |quote: &Quote| {
        let maker = json!({ "id": maker.id, "nickName": maker.nick_name, "image": "DEFAULT_2" });
        json!([{ "id": quote.id, "price": 10, "isConfirmed": true, "maker": maker }])
    };
    let list = app.get("/plans/dreamer?readyToComplete=true", &dreamer).await.expect(200);
    list.is_like(&json!({ "totalCount": 1, "list": [{
        "id": ready.id, "status": "CONFIRMED", "tripDate": midnight(today), "address": "Seoul 1",
        "quotes": agreed(&quotes[0]),
    }] }));
    for plan in [&ready, &later] {
        app.complete(&dreamer, plan).await;
    }
    let review = json!({ "makerId": maker.id, "planId": ready.id, "rating": 5, "content": "Good." });
    app.post("/reviews", &dreamer, review).await.expect(201);
    for (reviewed, plan, quote) in [(true, &ready, &quotes[0]), (false, &later, &quotes[1])] {
        let list = app.get(&format!("/plans/dreamer?reviewed={reviewed}"), &dreamer).await.expect(200);
        list.is_like(&json!({ "totalCount": 1, "list": [{
            "id": plan.id, "status": "COMPLETED", "quotes": agreed(quote),
        }] }));
        assert!(list["list"][0].get("address").is_some());
    }
    let none = app.get("/plans/dreamer?readyToComplete=true", &dreamer).await.expect(200);
    assert_eq!(none.json, json!({ "totalCount": 0, "list": [] }));
}

#[tokio::test]
async fn a_dreamers_list_knows_nothing_between_true_and_false() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    for bad in ["reviewed=yes", "readyToComplete=1", "reviewed="] {
        let refused = app.get(&format!("/plans/dreamer?{bad}"), &dreamer).await;
        refused.expect_refusal(400, "VALIDATION_FAILED");
    }
}
