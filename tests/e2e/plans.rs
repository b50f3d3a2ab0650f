//! Plans: posted, asked for, completed, deleted. Their lists are in `plan_lists`.

use chrono::Days;
use serde_json::{Value, json};
use testkit::trips::a_plan;
use testkit::{Answer, Plan, TestApp, Trip, User};

use crate::GOFORME;
use crate::calendar::{midnight, start_at_noon, today};
use crate::pattern::{ID, Like, TIME};

const ADDRESS: &str = "서울특별시 중구 세종대로 110";

fn shopping() -> Value {
    json!({ "tripType": "SHOPPING", "address": ADDRESS })
}

/// The address that a plan is shown with; nothing if the field is not there.
async fn address(app: &TestApp, plan: &Plan, viewer: &User) -> Option<Value> {
    app.get(&format!("/plans/{}", plan.id), viewer).await.expect(200).json.get("address").cloned()
}

async fn ask(app: &TestApp, dreamer: &User, plan: &Plan, assignee: &str) -> Answer {
    app.post(&format!("/plans/{}/assign", plan.id), dreamer, json!({ "assigneeId": assignee })).await
}

#[tokio::test]
async fn a_plan_is_shown_as_it_was_posted() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let mut expected = a_plan();
    for (field, value) in [
        ("id", json!(ID)),
        ("createdAt", json!(TIME)),
        ("updatedAt", json!(TIME)),
        ("tripDate", json!("2099-05-05T15:00:00.000Z")),
        ("status", json!("PENDING")),
        ("assignees", json!([])),
        ("dreamer", json!({ "id": dreamer.id, "nickName": dreamer.nick_name })),
    ] {
        expected[field] = value;
    }
    plan.json.is_like(&expected);
    assert_eq!(plan.json.get("address"), None);
    for viewer in [&dreamer, &maker] {
        let shown = app.get(&format!("/plans/{}", plan.id), viewer).await.expect(200);
        assert_eq!(shown.json, plan.json);
    }
}

#[tokio::test]
async fn a_trip_date_is_a_day_in_seoul_however_it_is_written() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    for written in [
        "2031-05-06",
        "2031-05-05T15:00:00.000Z",
        "2031-05-05T15:00:00Z",
        "2031-05-06T14:59:59.999Z",
        "2031-05-06T00:00:00+09:00",
    ] {
        let plan = app.post_plan_like(&dreamer, json!({ "tripDate": written })).await;
        assert_eq!(plan.json["tripDate"], json!("2031-05-05T15:00:00.000Z"), "{written}");
    }
}

#[tokio::test]
async fn a_day_in_the_past_is_refused_and_today_is_not() {
    let app = start_at_noon().await;
    let dreamer = app.sign_up_dreamer().await;
    let today = today(&app).await;
    let plan = app.post_plan_like(&dreamer, json!({ "tripDate": today })).await;
    assert_eq!(plan.json["tripDate"], json!(midnight(today)));
    let mut late = a_plan();
    late["tripDate"] = json!(today - Days::new(1));
    app.post("/plans", &dreamer, late).await.expect_refusal(400, "TRIP_DATE_PAST");
}

#[tokio::test]
async fn an_address_is_kept_for_shopping_trips_only() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let shopping = app.post_plan_like(&dreamer, shopping()).await;
    assert_eq!(shopping.json["address"], json!(ADDRESS));
    let other = app.post_plan_like(&dreamer, json!({ "tripType": "CULTURE", "address": ", " })).await;
    assert_eq!((other.json.get("address"), address(&app, &other, &dreamer).await), (None, None));
    for changes in [json!({ "address": null }), json!({}), json!({ "tripType": "SHOPPING", "address": null })]
    {
        app.post_plan_like(&dreamer, changes).await;
    }
    let mut empty = a_plan();
    empty["address"] = json!("");
    app.post("/plans", &dreamer, empty).await.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn what_no_plan_can_be_is_refused_with_its_field() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    for (field, bad) in [
        ("title", json!("")),
        ("title", json!("x".repeat(101))),
        ("details", json!("")),
        ("details", json!("x".repeat(5001))),
        ("tripDate", json!("tomorrow")),
        ("tripDate", json!("2031-02-30")),
        ("tripDate", json!(20_310_506)),
        ("tripType", json!("NAP")),
        ("serviceArea", json!("TOKYO")),
        ("serviceArea", json!(["SEOUL"])),
        ("address", json!(7)),
    ] {
        let mut plan = a_plan();
        plan[field] = bad;
        let refused = app.post("/plans", &dreamer, plan).await.expect_refusal(400, "VALIDATION_FAILED");
        refused.is_like(&json!({ "errors": [{ "field": field }] }));
    }
    let none = app.get("/plans/dreamer", &dreamer).await.expect(200);
    assert_eq!(none["totalCount"], json!(0));
}

#[tokio::test]
async fn an_address_is_shown_to_whom_it_concerns_while_it_does() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let (other_dreamer, other_maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.charge(&dreamer, 100).await;
    let plan = app.post_plan_like(&dreamer, shopping()).await;
    let quote = app.send_quote(&maker, &plan, 100).await;
    app.send_quote(&other_maker, &plan, 90).await;
    let shown = Some(json!(ADDRESS));
    assert_eq!(address(&app, &plan, &dreamer).await, shown);
    assert_eq!(address(&app, &plan, &maker).await, None);
    app.confirm(&dreamer, &quote).await;
    assert_eq!(address(&app, &plan, &dreamer).await, shown);
    assert_eq!(address(&app, &plan, &maker).await, shown);
    assert_eq!(address(&app, &plan, &other_maker).await, None);
    assert_eq!(address(&app, &plan, &other_dreamer).await, None);
    app.complete(&dreamer, &plan).await;
    assert_eq!(address(&app, &plan, &dreamer).await, shown);
    assert_eq!(address(&app, &plan, &maker).await, None);
}

#[tokio::test]
async fn a_deleted_plan_is_gone_with_its_quotes() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(&maker, &plan, 100).await;
    let path = format!("/plans/{}", plan.id);
    assert_eq!(app.delete(&path, &dreamer).await.expect(204).text, "");
    for viewer in [&dreamer, &maker] {
        app.get(&path, viewer).await.expect_refusal(404, "PLAN_NOT_FOUND");
        app.get(&format!("/quotes/{}", quote.id), viewer).await.expect_refusal(404, "QUOTE_NOT_FOUND");
    }
    for (list, viewer) in
        [("/plans/dreamer", &dreamer), ("/plans/maker", &maker), ("/quotes?isSent=true", &maker)]
    {
        assert_eq!(app.get(list, viewer).await.expect(200)["totalCount"], json!(0), "{list}");
    }
    app.delete(&path, &dreamer).await.expect_refusal(404, "PLAN_NOT_FOUND");
    app.get(&format!("{path}/quotes"), &dreamer).await.expect_refusal(404, "PLAN_NOT_FOUND");
    let late = json!({ "price": 1, "content": "late" });
    app.post(&format!("{path}/quotes"), &maker, late).await.expect_refusal(404, "PLAN_NOT_FOUND");
    let confirm = json!({ "isConfirmed": true });
    let refused = app.patch(&format!("/quotes/{}/confirm", quote.id), &dreamer, confirm).await;
    refused.expect_refusal(404, "QUOTE_NOT_FOUND");
}

#[tokio::test]
async fn only_its_owner_deletes_a_plan_and_never_a_confirmed_one() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, plan, .. } = app.confirmed_trip(100).await;
    let path = format!("/plans/{}", plan.id);
    app.delete(&path, &dreamer).await.expect_refusal(400, "PLAN_CONFIRMED");
    for stranger in [&maker, &app.sign_up_dreamer().await] {
        app.delete(&path, stranger).await.expect_refusal(403, "PLAN_NOT_OWNED");
    }
    app.complete(&dreamer, &plan).await;
    app.delete(&path, &dreamer).await.expect(204);
    assert_eq!(app.balance(&maker).await, 100);
}

#[tokio::test]
async fn completing_a_plan_pays_its_maker_on_any_day() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, plan, .. } = app.confirmed_trip(100).await;
    let path = format!("/plans/{}/complete", plan.id);
    for stranger in [&maker, &app.sign_up_dreamer().await] {
        app.patch(&path, stranger, json!({})).await.expect_refusal(403, "PLAN_NOT_OWNED");
    }
    assert_eq!(app.balance(&maker).await, 0);
    let completed = app.patch(&path, &dreamer, json!({})).await.expect(200);
    completed.is_like(&json!({ "id": plan.id, "status": "COMPLETED", "title": plan.json["title"] }));
    assert_eq!((app.balance(&maker).await, app.balance(&dreamer).await), (100, 0));
    app.patch(&path, &dreamer, json!({})).await.expect_refusal(400, "PLAN_NOT_CONFIRMED");
    assert_eq!(app.balance(&maker).await, 100);
    let pending = app.post_plan(&dreamer).await;
    let refused = app.patch(&format!("/plans/{}/complete", pending.id), &dreamer, json!({})).await;
    refused.expect_refusal(400, "PLAN_NOT_CONFIRMED");
}

#[tokio::test]
async fn a_plan_asks_makers_of_its_area_each_once() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let (one, two) = (app.sign_up_maker("SEOUL").await, app.sign_up_maker("SEOUL").await);
    let elsewhere = app.sign_up_maker("JEJU").await;
    let plan = app.post_plan(&dreamer).await;
    let name = |user: &User| json!({ "id": user.id, "nickName": user.nick_name });
    let asked = ask(&app, &dreamer, &plan, &one.id).await.expect(201);
    asked.is_like(&json!({ "id": plan.id, "status": "PENDING", "assignees": [name(&one)] }));
    ask(&app, &dreamer, &plan, &two.id)
        .await
        .expect(201)
        .is_like(&json!({ "assignees": [name(&one), name(&two)] }));
    ask(&app, &dreamer, &plan, &one.id).await.expect_refusal(409, "MAKER_ALREADY_ASKED");
    ask(&app, &dreamer, &plan, &elsewhere.id).await.expect_refusal(400, "AREA_NOT_SERVED");
    for no_maker in [&dreamer.id, "01890000-0000-7000-8000-000000000000"] {
        ask(&app, &dreamer, &plan, no_maker).await.expect_refusal(400, "MAKER_NOT_FOUND");
    }
    ask(&app, &dreamer, &plan, "x").await.expect_refusal(400, "VALIDATION_FAILED");
    let stranger = app.sign_up_dreamer().await;
    ask(&app, &stranger, &plan, &one.id).await.expect_refusal(403, "PLAN_NOT_OWNED");
    ask(&app, &one, &plan, &one.id).await.expect_refusal(403, "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn a_maker_turns_a_request_down_once_and_may_be_asked_again() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let path = format!("/plans/{}/assign", plan.id);
    for _ in 0..2 {
        app.delete(&path, &maker).await.expect_refusal(400, "MAKER_NOT_ASKED");
        ask(&app, &dreamer, &plan, &maker.id).await.expect(201);
        app.delete(&path, &maker).await.expect(204);
        let shown = app.get(&format!("/plans/{}", plan.id), &dreamer).await.expect(200);
        assert_eq!(shown["assignees"], json!([]));
    }
    app.delete(&path, &dreamer).await.expect_refusal(403, "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn nobody_is_asked_and_nobody_turns_down_once_the_plan_is_confirmed() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let asked = app.sign_up_maker("SEOUL").await;
    app.charge(&dreamer, 10).await;
    let plan = app.post_plan(&dreamer).await;
    ask(&app, &dreamer, &plan, &asked.id).await.expect(201);
    let quote = app.send_quote(&maker, &plan, 10).await;
    app.confirm(&dreamer, &quote).await;
    ask(&app, &dreamer, &plan, &maker.id).await.expect_refusal(400, "PLAN_NOT_PENDING");
    let turned_down = app.delete(&format!("/plans/{}/assign", plan.id), &asked).await;
    turned_down.expect_refusal(400, "PLAN_NOT_PENDING");
}

#[tokio::test]
async fn the_owner_of_a_plan_and_what_it_is_worth_cannot_be_set_from_outside() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, other) = (app.sign_up_dreamer().await, app.sign_up_dreamer().await);
    let attempt = json!({
        "id": other.id, "dreamerId": other.id, "dreamer": { "id": other.id }, "status": "COMPLETED",
        "assignees": [other.id], "createdAt": "2001-01-01T00:00:00.000Z", "isDeleted": true,
    });
    let plan = app.post_plan_like(&dreamer, attempt).await;
    assert_ne!(plan.id, other.id);
    plan.json.is_like(&json!({ "status": "PENDING", "assignees": [], "dreamer": { "id": dreamer.id } }));
    assert!(plan.json["createdAt"].as_str() > Some("2002"));
}
