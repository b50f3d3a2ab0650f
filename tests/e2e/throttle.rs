//! The brake on guessing passwords.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::people::PASSWORD;
use testkit::{Answer, Guest, TestApp};

use crate::GOFORME;

/// Failures that are allowed for one account.
const PER_ACCOUNT: usize = 10;
/// Failures that are allowed from one address.
const PER_ADDRESS: usize = 100;

/// A log-in that comes through a proxy, from `address`.
async fn log_in(app: &TestApp, address: &str, email: &str, password: &str) -> Answer {
    let request = app.request(Method::POST, "/auth/login", &Guest).header("X-Forwarded-For", address);
    app.send(request.json(&json!({ "email": email, "password": password }))).await
}

async fn start() -> TestApp {
    TestApp::builder(GOFORME).env("TRUSTED_PROXIES", "127.0.0.1").start().await
}

fn retry_after(throttled: &Answer) -> Duration {
    Duration::from_secs(throttled.header("retry-after").expect("a 429 says when").parse().unwrap())
}

#[tokio::test]
async fn after_ten_failures_even_the_right_password_has_to_wait() {
    let app = start().await;
    let (user, other) = (app.sign_up_dreamer().await, app.sign_up_dreamer().await);
    for _ in 0..PER_ACCOUNT {
        log_in(&app, "203.0.113.1", &user.email, "wrong one").await.expect_refusal(400, "LOGIN_FAILED");
    }
    let throttled = log_in(&app, "203.0.113.2", &user.email.to_uppercase(), PASSWORD).await;
    let wait = retry_after(&throttled.expect_refusal(429, "LOGIN_THROTTLED"));
    assert!((1..=15 * 60).contains(&wait.as_secs()), "{wait:?}");
    log_in(&app, "203.0.113.1", &other.email, PASSWORD).await.expect(201);
    app.get("/users/me", &user).await.expect(200);
    app.advance_clock(wait).await;
    log_in(&app, "203.0.113.2", &user.email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn an_address_that_nobody_has_is_throttled_like_any_other() {
    let app = start().await;
    for _ in 0..PER_ACCOUNT {
        log_in(&app, "203.0.113.1", "nobody@example.com", PASSWORD).await.expect_refusal(400, "LOGIN_FAILED");
    }
    let throttled = log_in(&app, "203.0.113.1", "nobody@example.com", PASSWORD).await;
    throttled.expect_refusal(429, "LOGIN_THROTTLED");
}

#[tokio::test]
async fn a_hundred_failures_from_one_address_throttle_that_address_alone() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let guesses = (0..PER_ADDRESS).map(async |guess| {
        let email = format!("nobody-{guess}@example.com");
        log_in(&app, "203.0.113.1", &email, PASSWORD).await.expect_refusal(400, "LOGIN_FAILED");
    });
    join_all(guesses).await;
    let throttled = log_in(&app, "203.0.113.1", &user.email, PASSWORD).await;
    let wait = retry_after(&throttled.expect_refusal(429, "LOGIN_THROTTLED"));
    log_in(&app, "203.0.113.2", &user.email, PASSWORD).await.expect(201);
    app.advance_clock(wait).await;
    log_in(&app, "203.0.113.1", &user.email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn log_ins_that_succeed_are_not_counted() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    for _ in 0..2 * PER_ACCOUNT {
        log_in(&app, "203.0.113.1", &user.email, PASSWORD).await.expect(201);
    }
}

#[tokio::test]
async fn many_log_ins_of_one_account_at_once_all_succeed() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let log_ins = (0..3 * PER_ACCOUNT).map(|_| log_in(&app, "203.0.113.1", &user.email, PASSWORD));
    for answer in join_all(log_ins).await {
        answer.expect(201);
    }
}

#[tokio::test]
async fn a_stolen_token_does_not_help_to_find_the_password_out() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let change = async |present: &str| {
        app.patch("/users/update", &user, json!({ "password": present, "newPassword": "new one" })).await
    };
    for _ in 0..PER_ACCOUNT {
        change("wrong one").await.expect_refusal(400, "WRONG_PASSWORD");
    }
    change(PASSWORD).await.expect_refusal(429, "LOGIN_THROTTLED");
    log_in(&app, "203.0.113.1", &user.email, PASSWORD).await.expect_refusal(429, "LOGIN_THROTTLED");
}

#[tokio::test]
async fn nobody_escapes_by_making_up_a_proxy() {
    let app = TestApp::start(GOFORME).await;
    for guess in 0..PER_ACCOUNT {
        let address = format!("203.0.113.{guess}");
        log_in(&app, &address, "nobody@example.com", PASSWORD).await.expect_refusal(400, "LOGIN_FAILED");
    }
    let throttled = log_in(&app, "203.0.113.99", "nobody@example.com", PASSWORD).await;
    throttled.expect_refusal(429, "LOGIN_THROTTLED");
}
