use std::sync::Arc;

use actix_web::test::TestRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use payment::StandardWebhook;
use serde_json::{Value, json};
use sha2::Sha256;

use super::lab::Lab;
use super::{Answer, get, post};

fn a_payment() -> Value {
    json!({ "paymentId": "order-1", "orderName": "코코넛 100개", "amount": 10_000, "method": "CARD",
        "currency": "CURRENCY_KRW" })
}

async fn announce(lab: &Lab, payment: &Value) -> Answer {
    lab.call("dreamer", post("/payments", &payment.to_string())).await
}

async fn complete(lab: &Lab, caller: &str, id: &Value) -> Answer {
    lab.call(caller, post("/payments/complete", &json!({ "paymentId": id }).to_string())).await
}

async fn balance(lab: &Lab) -> i64 {
    let log = lab.call("dreamer", get("/coconuts")).await.json();
    log.as_array().unwrap().iter().map(|entry| entry["value"].as_i64().unwrap()).sum()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[actix_web::test]
async fn a_payment_is_announced_completed_and_credited_once() {
    let lab = Lab::new().await;
    let announced = announce(&lab, &a_payment()).await;
    assert_eq!(announced.status, 201);
    let id = announced.json()["id"].clone();
    assert_eq!(announced.json(), json!({ "id": id, "amount": 10_000, "status": "PENDING" }));
    assert_eq!(announce(&lab, &a_payment()).await.refusal(), refused(409, "PAYMENT_ID_TAKEN"));

    let path = format!("/payments/{}", id.as_str().unwrap());
    assert_eq!(lab.call("dreamer", get(&path)).await.json(), announced.json());
    for _ in 0..2 {
        let completed = complete(&lab, "dreamer", &id).await;
        assert_eq!(completed.status, 201);
        assert_eq!(completed.json(), json!({ "id": id, "amount": 10_000, "status": "PAID" }));
        assert_eq!(balance(&lab).await, 100);
    }
    assert_eq!(lab.call("dreamer", get(&path)).await.json()["status"], "PAID");
}

#[actix_web::test]
async fn somebody_elses_payment_and_what_is_no_id_are_not_found() {
    let lab = Lab::new().await;
    let id = announce(&lab, &a_payment()).await.json()["id"].clone();
    for (caller, id) in [("stranger", id), ("dreamer", json!("order-1")), ("dreamer", json!(""))] {
        let not_found = refused(404, "PAYMENT_NOT_FOUND");
        assert_eq!(complete(&lab, caller, &id).await.refusal(), not_found);
        if let Some(id) = id.as_str().filter(|id| !id.is_empty()) {
            assert_eq!(lab.call(caller, get(&format!("/payments/{id}"))).await.refusal(), not_found);
        }
    }
    let (field, _) = complete(&lab, "dreamer", &json!(7)).await.field_error();
    assert_eq!(field, "paymentId");
}

#[actix_web::test]
async fn an_amount_is_a_whole_number_of_won_that_buys_whole_coconuts() {
    let lab = Lab::new().await;
    for bad in [
        json!(100.5),
        json!(10_000.0),
        json!("10000"),
        json!(null),
        json!(0),
        json!(-100),
        json!(150),
        json!(100_000_100),
        json!(u64::MAX),
        json!(1e300),
    ] {
        let mut payment = a_payment();
        payment["amount"] = bad.clone();
        assert_eq!(announce(&lab, &payment).await.field_error().0, "amount", "{bad}");
    }
    let huge = a_payment().to_string().replace("10000", "1".repeat(50).as_str());
    assert_eq!(lab.call("dreamer", post("/payments", &huge)).await.field_error().0, "amount");
}

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZg==";

/// A webhook that is signed by whoever knows the secret.
fn a_webhook(lab: &Lab, body: &str) -> TestRequest {
    let at = lab.opened.clock.now().timestamp();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"0123456789abcdef").unwrap();
    mac.update(format!("msg-1.{at}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    post("/payments/webhook", body)
        .insert_header(("webhook-id", "msg-1"))
        .insert_header(("webhook-timestamp", at.to_string()))
        .insert_header(("webhook-signature", signature))
}

async fn a_lab_with_webhooks() -> Lab {
    let mut lab = Lab::new().await;
    lab.opened.ports.webhooks = Arc::new(StandardWebhook::new([SECRET]).unwrap());
    lab
}

#[actix_web::test]
async fn a_genuine_webhook_needs_no_token_and_makes_us_ask_the_provider() {
    let lab = a_lab_with_webhooks().await;
    let id = announce(&lab, &a_payment()).await.json()["id"].clone();
    let paid = json!({ "type": "Transaction.Paid", "data": { "paymentId": "order-1" } }).to_string();
    let answer = lab.call("nobody", a_webhook(&lab, &paid)).await;
    assert_eq!((answer.status, answer.text()), (200, ""));
    assert_eq!(balance(&lab).await, 0, "the provider did not say that it's paid");

    complete(&lab, "dreamer", &id).await;
    for body in [paid.as_str(), r#"{"type":"BillingKey.Issued"}"#, &paid.replace("order-1", "unknown")] {
        assert_eq!(lab.call("", a_webhook(&lab, body)).await.status, 200);
    }
    assert_eq!(balance(&lab).await, 100);
}

#[actix_web::test]
async fn a_webhook_that_is_not_genuine_is_refused() {
    let lab = a_lab_with_webhooks().await;
    let body = r#"{"type":"Transaction.Paid","data":{"paymentId":"order-1"}}"#;
    let invalid = refused(401, "WEBHOOK_INVALID");
    assert_eq!(lab.call("", post("/payments/webhook", body)).await.refusal(), invalid);
    let changed = a_webhook(&lab, body).set_payload(body.replace("order-1", "order-2"));
    assert_eq!(lab.call("", changed).await.refusal(), invalid);
    let twice = a_webhook(&lab, body).append_header(("webhook-id", "msg-1"));
    assert_eq!(lab.call("", twice).await.refusal(), invalid);
    let malformed = lab.call("", a_webhook(&lab, "{}")).await;
    assert_eq!(malformed.refusal(), refused(400, "WEBHOOK_MALFORMED"));
}
