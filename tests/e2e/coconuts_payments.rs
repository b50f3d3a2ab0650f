//! Coconuts, and the payments that buy them.

use serde_json::{Value, json};
use testkit::{Answer, Guest, TestApp, Trip, User};

use crate::GOFORME;
use crate::pattern::{ID, Like, TIME, each};
use testkit::operator::ledger_is_clean;

fn payment(id: &str, amount: i64) -> Value {
    json!({ "paymentId": id, "orderName": "코코넛", "amount": amount, "method": "CARD", "currency": "KRW" })
}

async fn complete(app: &TestApp, user: &User, id: &str) -> Answer {
    app.post("/payments/complete", user, json!({ "paymentId": id })).await
}

#[tokio::test]
async fn a_payment_is_registered_completed_and_credited() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let registered = app.post("/payments", &user, payment("order-1", 30_000)).await.expect(201);
    registered.is_like(&json!({ "id": ID, "amount": 30_000, "status": "PENDING" }));
    let id = registered.text_of("id");
    let path = format!("/payments/{id}");
    app.get(&path, &user)
        .await
        .expect(200)
        .is_like(&json!({ "id": id, "amount": 30_000, "status": "PENDING" }));
    assert_eq!(app.balance(&user).await, 0);
    let paid = json!({ "id": id, "amount": 30_000, "status": "PAID" });
    complete(&app, &user, &id).await.expect(201).is_like(&paid);
    app.get(&path, &user).await.expect(200).is_like(&paid);
    assert_eq!(app.balance(&user).await, 300);
    // Again and again: the same answer, and nothing more.
    for _ in 0..3 {
        complete(&app, &user, &id).await.expect(201).is_like(&paid);
    }
    assert_eq!(app.balance(&user).await, 300);
    let log = app.get("/coconuts", &user).await.expect(200);
    log.json.is_like(&json!([{
        "id": ID, "userId": user.id, "event": "CHARGE", "value": 300, "createdAt": TIME, "updatedAt": TIME,
    }]));
}

#[tokio::test]
async fn makers_can_buy_coconuts_too() {
    let app = TestApp::start(GOFORME).await;
    let maker = app.sign_up_maker("SEOUL").await;
    app.charge(&maker, 1).await;
    assert_eq!(app.balance(&maker).await, 1);
}

#[tokio::test]
async fn a_payment_id_is_used_once_whoever_comes_second() {
    let app = TestApp::start(GOFORME).await;
    let (user, other) = (app.sign_up_dreamer().await, app.sign_up_dreamer().await);
    app.post("/payments", &user, payment("order-1", 100)).await.expect(201);
    for second in [&user, &other] {
        let refused = app.post("/payments", second, payment("order-1", 200)).await;
        refused.expect_refusal(409, "PAYMENT_ID_TAKEN");
    }
    let longest = "aZ09_-".repeat(11)[..64].to_owned();
    app.post("/payments", &user, payment(&longest, 100)).await.expect(201);
}

#[tokio::test]
async fn amounts_and_ids_that_the_rules_refuse_are_refused() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    for (field, bad) in [
        ("amount", json!(0)),
        ("amount", json!(99)),
        ("amount", json!(150)),
        ("amount", json!(-100)),
        ("amount", json!(100_000_100)),
        ("amount", json!(100.0)),
        ("amount", json!("100")),
        ("currency", json!("USD")),
        ("currency", json!("")),
        ("paymentId", json!("")),
        ("paymentId", json!("x".repeat(65))),
        ("paymentId", json!("order 1")),
        ("paymentId", json!("주문")),
        ("orderName", json!("")),
        ("method", json!("")),
        ("method", Value::Null),
    ] {
        let mut payment = payment("order-1", 100);
        payment[field] = bad;
        let refused = app.post("/payments", &user, payment).await.expect_refusal(400, "VALIDATION_FAILED");
        refused.is_like(&json!({ "errors": [{ "field": field }] }));
    }
    for (id, amount) in [("least", 100), ("most", 100_000_000)] {
        app.post("/payments", &user, payment(id, amount)).await.expect(201);
    }
    // The name that the web client's payment library has for the currency.
    let mut portone = payment("portone", 100);
    portone["currency"] = json!("CURRENCY_KRW");
    app.post("/payments", &user, portone).await.expect(201);
}

#[tokio::test]
async fn a_payment_is_its_payers_alone() {
    let app = TestApp::start(GOFORME).await;
    let (user, other) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let id = app.post("/payments", &user, payment("order-1", 100)).await.expect(201).text_of("id");
    app.get(&format!("/payments/{id}"), &other).await.expect_refusal(404, "PAYMENT_NOT_FOUND");
    complete(&app, &other, &id).await.expect_refusal(404, "PAYMENT_NOT_FOUND");
    for unknown in ["01890000-0000-7000-8000-000000000000", "order-1", "", "\u{0}"] {
        complete(&app, &user, unknown).await.expect_refusal(404, "PAYMENT_NOT_FOUND");
    }
    app.get("/payments/order-1", &user).await.expect_refusal(404, "PAYMENT_NOT_FOUND");
    assert_eq!((app.balance(&user).await, app.balance(&other).await), (0, 0));
}

#[tokio::test]
async fn nothing_of_a_payment_but_what_is_asked_for_can_be_set() {
    let app = TestApp::start(GOFORME).await;
    let (user, other) = (app.sign_up_dreamer().await, app.sign_up_dreamer().await);
    let mut attempt = payment("order-1", 100);
    for (field, value) in
        [("status", json!("PAID")), ("userId", json!(other.id)), ("coconuts", json!(1_000_000))]
    {
        attempt[field] = value;
    }
    let registered = app.post("/payments", &user, attempt).await.expect(201);
    registered.is_like(&json!({ "status": "PENDING" }));
    let id = registered.text_of("id");
    let body = json!({ "paymentId": id, "amount": 100_000_000, "status": "PAID" });
    app.post("/payments/complete", &user, body).await.expect(201).is_like(&json!({ "amount": 100 }));
    assert_eq!((app.balance(&user).await, app.balance(&other).await), (1, 0));
}

#[tokio::test]
async fn a_webhook_that_nobody_signed_is_refused() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let id = app.post("/payments", &user, payment("order-1", 100)).await.expect(201).text_of("id");
    let body = json!({ "type": "Transaction.Paid", "timestamp": "2031-05-06T07:08:09.123Z",
        "data": { "paymentId": "order-1", "storeId": "s", "transactionId": "t" } });
    app.post("/payments/webhook", &Guest, body.clone()).await.expect_refusal(401, "WEBHOOK_INVALID");
    let signed = app.request(reqwest::Method::POST, "/payments/webhook", &Guest);
    let signed = signed.header("webhook-id", "1").header("webhook-timestamp", "1700000000");
    let signed = signed.header("webhook-signature", "v1,CNmikYp23WXSHRHMsMGbJGPzjfCNLEm2ypYmzmYr7b8=");
    app.send(signed.json(&body)).await.expect_refusal(401, "WEBHOOK_INVALID");
    app.get(&format!("/payments/{id}"), &user).await.expect(200).is_like(&json!({ "status": "PENDING" }));
}

#[tokio::test]
async fn the_log_shows_what_came_and_went_the_newest_first() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, plan, .. } = app.confirmed_trip(120).await;
    app.charge(&dreamer, 5).await;
    app.complete(&dreamer, &plan).await;
    let entries = |log: &Answer| {
        let events = each(&log.json, "event").into_iter().cloned();
        events.zip(each(&log.json, "value").into_iter().cloned()).collect::<Vec<(Value, Value)>>()
    };
    let log = app.get("/coconuts", &dreamer).await.expect(200);
    let expected = [("CHARGE", 5), ("SPEND", -120), ("CHARGE", 120)];
    assert_eq!(entries(&log), expected.map(|(event, value)| (json!(event), json!(value))));
    let log = app.get("/coconuts", &maker).await.expect(200);
    assert_eq!(entries(&log), [(json!("EARN"), json!(120))]);
    let page = app.get("/coconuts?page=2&pageSize=2", &dreamer).await.expect(200);
    assert_eq!(entries(&page), [(json!("CHARGE"), json!(120))]);
    for _ in 0..4 {
        app.charge(&dreamer, 1).await;
    }
    let default = app.get("/coconuts", &dreamer).await.expect(200);
    assert_eq!(each(&default.json, "id").len(), 5);
    let beyond = app.get("/coconuts?page=9", &dreamer).await.expect(200);
    assert_eq!(beyond.json, json!([]));
}

#[tokio::test]
async fn the_ledger_is_clean_beside_a_running_server_and_after_it() {
    let mut app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(120).await;
    app.complete(&trip.dreamer, &trip.plan).await;
    app.confirmed_trip(7).await;
    ledger_is_clean(&app).await;
    assert!(app.stop().await.success());
    ledger_is_clean(&app).await;
}
