//! What people are told, and of what.

use serde_json::{Value, json};
use testkit::{Guest, Plan, TestApp, Trip, User, eventually};

use crate::GOFORME;
use crate::pattern::{ID, Like, TIME, each};
use testkit::operator::drained;

/// All that a user was told, once everything that was to follow has followed.
async fn told(app: &TestApp, user: &User) -> Vec<(String, Value)> {
    drained(app).await;
    let list = app.get("/notifications", user).await.expect(200);
    let entry = |entry: &Value| (entry["event"].as_str().unwrap().to_owned(), entry["payload"].clone());
    list.json.as_array().unwrap().iter().map(entry).collect()
}

fn event(name: &str, payload: Value) -> (String, Value) {
    (name.to_owned(), payload)
}

async fn ask(app: &TestApp, dreamer: &User, plan: &Plan, maker: &User) {
    let body = json!({ "assigneeId": maker.id });
    app.post(&format!("/plans/{}/assign", plan.id), dreamer, body).await.expect(201);
}

#[tokio::test]
async fn a_request_is_told_to_the_maker_and_its_refusal_to_the_dreamer() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan_like(&dreamer, json!({ "tripType": "FESTIVAL", "title": "불꽃" })).await;
    ask(&app, &dreamer, &plan, &maker).await;
    let asked = json!({ "nickName": dreamer.nick_name, "tripType": "FESTIVAL" });
    assert_eq!(told(&app, &maker).await, [event("ARRIVE_REQUEST", asked)]);
    assert_eq!(told(&app, &dreamer).await, []);
    app.delete(&format!("/plans/{}/assign", plan.id), &maker).await.expect(204);
    let refused = json!({ "nickName": maker.nick_name, "planTitle": "불꽃" });
    assert_eq!(told(&app, &dreamer).await, [event("REJECT_REQUEST", refused)]);
    assert_eq!(told(&app, &maker).await.len(), 1);
}

#[tokio::test]
async fn a_confirmation_is_told_to_everybody_whom_it_concerns() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let (maker, rival) = (app.sign_up_maker("SEOUL").await, app.sign_up_maker("SEOUL").await);
    let gone = app.sign_up_maker("SEOUL").await;
    app.charge(&dreamer, 10).await;
    let plan = app.post_plan_like(&dreamer, json!({ "title": "가을 서울" })).await;
    let quote = app.send_quote(&maker, &plan, 10).await;
    app.send_quote(&rival, &plan, 20).await;
    let withdrawn = app.send_quote(&gone, &plan, 30).await;
    app.delete(&format!("/quotes/{}", withdrawn.id), &gone).await.expect(204);
    app.confirm(&dreamer, &quote).await;
    let quoted =
        |maker: &User| event("ARRIVE_QUOTE", json!({ "nickName": maker.nick_name, "tripType": "FOOD_TOUR" }));
    let confirmed = event("CONFIRM_QUOTE", json!({ "nickName": maker.nick_name }));
    let expected = [quoted(&maker), quoted(&rival), quoted(&gone), confirmed];
    assert_eq!(told(&app, &dreamer).await, expected);
    let confirmed = event("CONFIRM_REQUEST", json!({ "nickName": dreamer.nick_name }));
    assert_eq!(told(&app, &maker).await, [confirmed]);
    let not_chosen = json!({ "nickName": dreamer.nick_name, "planTitle": "가을 서울" });
    assert_eq!(told(&app, &rival).await, [event("REJECT_QUOTE", not_chosen)]);
    // Whose quote was not live is told nothing.
    assert_eq!(told(&app, &gone).await, []);
}

#[tokio::test]
async fn makers_hear_that_a_pending_plan_with_their_quote_is_gone_and_of_no_other() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, plan, .. } = app.confirmed_trip(10).await;
    app.complete(&dreamer, &plan).await;
    app.delete(&format!("/plans/{}", plan.id), &dreamer).await.expect(204);
    let confirmed = event("CONFIRM_REQUEST", json!({ "nickName": dreamer.nick_name }));
    assert_eq!(told(&app, &maker).await, std::slice::from_ref(&confirmed));
    let plan = app.post_plan_like(&dreamer, json!({ "title": "겨울 서울" })).await;
    app.send_quote(&maker, &plan, 10).await;
    let asked = app.sign_up_maker("SEOUL").await;
    ask(&app, &dreamer, &plan, &asked).await;
    app.delete(&format!("/plans/{}", plan.id), &dreamer).await.expect(204);
    let gone = json!({ "nickName": dreamer.nick_name, "planTitle": "겨울 서울" });
    assert_eq!(told(&app, &maker).await, [confirmed, event("REJECT_QUOTE", gone)]);
    assert_eq!(told(&app, &asked).await.len(), 1);
}

#[tokio::test]
async fn notifications_come_the_oldest_first_and_page_one_holds_the_newest() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let maker = app.sign_up_maker("SEOUL").await;
    let mut plans = Vec::new();
    for number in 1..=5 {
        plans.push(app.post_plan_like(&dreamer, json!({ "title": number.to_string() })).await);
        ask(&app, &dreamer, &plans[number - 1], &maker).await;
        app.delete(&format!("/plans/{}/assign", plans[number - 1].id), &maker).await.expect(204);
        drained(&app).await;
    }
    let titles = async |query: &str| {
        let list = app.get(&format!("/notifications{query}"), &dreamer).await.expect(200);
        let payloads = each(&list.json, "payload").into_iter().map(|payload| payload["planTitle"].clone());
        payloads.collect::<Vec<Value>>()
    };
    assert_eq!(titles("").await, ["1", "2", "3", "4", "5"]);
    assert_eq!(titles("?page=1&pageSize=2").await, ["4", "5"]);
    assert_eq!(titles("?page=2&pageSize=2").await, ["2", "3"]);
    assert_eq!(titles("?page=3&pageSize=2").await, ["1"]);
    assert_eq!(titles("?page=4&pageSize=2").await, [""; 0]);
    assert_eq!(titles("?page=1").await.len(), 5);
}

#[tokio::test]
async fn without_a_page_the_newest_hundred_come() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    for _ in 0..101 {
        ask(&app, &dreamer, &plan, &maker).await;
        app.delete(&format!("/plans/{}/assign", plan.id), &maker).await.expect(204);
    }
    drained(&app).await;
    let newest = app.get("/notifications", &dreamer).await.expect(200);
    let ids = each(&newest.json, "id");
    assert_eq!(ids.len(), 100);
    let oldest = app.get("/notifications?page=2&pageSize=100", &dreamer).await.expect(200);
    assert_eq!(each(&oldest.json, "id").len(), 1);
    assert!(!ids.contains(&&oldest.json[0]["id"]));
}

#[tokio::test]
async fn a_notification_is_read_by_its_owner() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    ask(&app, &dreamer, &plan, &maker).await;
    let unread = eventually("the maker is told", || async {
        app.get("/notifications", &maker).await.expect(200).json.as_array()?.first().cloned()
    })
    .await;
    let mut expected = json!({
        "id": ID, "userId": maker.id, "event": "ARRIVE_REQUEST", "isRead": false, "createdAt": TIME, "updatedAt": TIME,
        "payload": { "nickName": dreamer.nick_name, "tripType": "FOOD_TOUR" },
    });
    unread.is_like(&expected);
    let path = format!("/notifications/{}", unread["id"].as_str().unwrap());
    app.patch(&path, &dreamer, json!({})).await.expect_refusal(404, "NOTIFICATION_NOT_FOUND");
    app.patch(&path, &Guest, json!({})).await.expect_refusal(401, "TOKEN_MISSING");
    assert_eq!(app.get("/notifications", &maker).await.json[0]["isRead"], json!(false));
    expected["isRead"] = json!(true);
    expected["id"] = unread["id"].clone();
    let read = app.patch(&path, &maker, json!({})).await.expect(200);
    read.is_like(&expected);
    assert_eq!(app.patch(&path, &maker, json!({})).await.expect(200).json, read.json);
    assert_eq!(app.get("/notifications", &maker).await.json, json!([read.json]));
    for unknown in ["01890000-0000-7000-8000-000000000000", "x"] {
        let refused = app.patch(&format!("/notifications/{unknown}"), &maker, json!({})).await;
        refused.expect_refusal(404, "NOTIFICATION_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_stream_begins_at_once_and_tells_what_is_new_in_a_sentence() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let request = app.request(reqwest::Method::GET, "/notifications/stream", &maker);
    let mut stream = request.send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert!(stream.chunk().await.unwrap().unwrap().starts_with(b":"));
    ask(&app, &dreamer, &plan, &maker).await;
    let event = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    let list = app.get("/notifications", &maker).await.expect(200);
    assert!(event.starts_with(&format!("id: {}\n", list.json[0]["id"].as_str().unwrap())), "{event}");
    assert!(event.contains(&format!("data: {} Dreamer", dreamer.nick_name)), "{event}");
    app.get("/notifications/stream", &Guest).await.expect_refusal(401, "TOKEN_MISSING");
}
