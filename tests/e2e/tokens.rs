//! What tokens are good for, and for how long.

use std::time::Duration;

use auth::{SignUpClaims, TokenSigner};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::OAuthProvider;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE};
use secrecy::SecretString;
use serde_json::json;
use system::JwtSigner;
use testkit::people::{PASSWORD, dreamer_profile};
use testkit::{Answer, Guest, TestApp, User};
use user::SocialAccount;

use crate::GOFORME;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const DAY: Duration = Duration::from_hours(24);
/// More than the time within which a used refresh token may be used again by another tab.
const PAST_GRACE: Duration = Duration::from_secs(31);

/// A sign-up token of a social account, good until an hour after `now`. No provider is there to make the
/// server sign one itself.
fn sign_up_token(now: DateTime<Utc>, email: Option<&str>) -> String {
    let subject = "1234567".to_owned().try_into().unwrap();
    let claims = SignUpClaims {
        account: SocialAccount::new(OAuthProvider::Kakao, subject).unwrap(),
        email: email.map(|email| email.to_owned().try_into().unwrap()),
        expires_at: now + TimeDelta::hours(1),
    };
    JwtSigner::new(&SecretString::from(SECRET)).sign_sign_up(&claims).unwrap()
}

async fn start() -> TestApp {
    TestApp::builder(GOFORME).env("JWT_SECRET", SECRET).start().await
}

async fn now(app: &TestApp) -> DateTime<Utc> {
    app.now().await.parse().unwrap()
}

/// A sign-up without e-mail and password.
async fn sign_up_without_password(app: &TestApp, name: &str, bearer: &str) -> Answer {
    let user = json!({ "role": "DREAMER", "nickName": name, "phoneNumber": "010-1234-5678" });
    app.post("/auth/signup", bearer, json!({ "user": user, "profile": dreamer_profile() })).await
}

/// The refresh token of an answer that granted one.
fn granted(answer: Answer) -> String {
    answer.expect(201).cookie("refreshToken").expect("a refresh sets the cookie")
}

/// The access token of a session that has just been ended is refused from the next request on.
pub async fn access_ends(app: &TestApp, user: &User) {
    app.get("/users/me", user).await.expect_refusal(401, "SESSION_ENDED");
}

#[tokio::test]
async fn no_kind_of_token_is_taken_for_another() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let sign_up = sign_up_token(now(&app).await, None);
    for not_access in [&user.refresh_token, &sign_up] {
        app.get("/users/me", not_access.as_str()).await.expect_refusal(401, "TOKEN_INVALID");
        app.get("/users/makers", not_access.as_str()).await.expect_refusal(401, "TOKEN_INVALID");
    }
    for not_refresh in [&user.token, &sign_up] {
        app.refresh(not_refresh).await.expect_refusal(400, "REFRESH_INVALID");
    }
    for not_sign_up in [&user.token, &user.refresh_token] {
        let refused = sign_up_without_password(&app, "mina", not_sign_up).await;
        refused.expect_refusal(400, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn a_sign_up_token_brings_the_social_account_once() {
    let app = start().await;
    let token = sign_up_token(now(&app).await, Some("social@example.com"));
    sign_up_without_password(&app, "mina", &token).await.expect(201);
    let same_account = sign_up_token(now(&app).await, None);
    let again = sign_up_without_password(&app, "jun", &same_account).await;
    again.expect_refusal(400, "SOCIAL_ACCOUNT_TAKEN");
    let check = app.post("/auth/check/email", &Guest, json!({ "email": "social@example.com" })).await;
    assert_eq!(check.expect(200).text, "false");
    // There is no password with which to log in.
    let login = json!({ "email": "social@example.com", "password": PASSWORD });
    app.post("/auth/login", &Guest, login).await.expect_refusal(400, "LOGIN_FAILED");
}

#[tokio::test]
async fn an_expired_sign_up_token_is_ignored() {
    let app = start().await;
    let token = sign_up_token(now(&app).await, None);
    app.advance_clock(Duration::from_hours(2)).await;
    let refused = sign_up_without_password(&app, "mina", &token).await;
    refused.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused_everywhere() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let (head, signature) = user.token.rsplit_once('.').unwrap();
    let (_, payload) = head.split_once('.').unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    let turned: String = signature.chars().rev().collect();
    for forged in
        [unsigned, format!("{head}.{turned}"), format!("{head}."), head.to_owned(), "x".repeat(9999)]
    {
        for path in ["/users/me", "/users/makers", "/plans/groupCount"] {
            app.get(path, forged.as_str()).await.expect_refusal(401, "TOKEN_INVALID");
        }
    }
    for header in ["Basic bWluYTpwYXNz", "Token x", "a b c"] {
        let request = app.request(Method::GET, "/users/me", &Guest).header(AUTHORIZATION, header);
        app.send(request).await.expect_refusal(401, "TOKEN_INVALID");
    }
}

#[tokio::test]
async fn a_bearer_with_nothing_behind_it_is_a_guest_and_its_name_has_no_case() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let get = |path, header: String| app.request(Method::GET, path, &Guest).header(AUTHORIZATION, header);
    app.send(get("/users/makers", "Bearer ".to_owned())).await.expect(200);
    app.send(get("/users/me", "Bearer ".to_owned())).await.expect_refusal(401, "TOKEN_MISSING");
    for scheme in ["bearer", "BEARER", "Bearer "] {
        app.send(get("/users/me", format!("{scheme} {}", user.token))).await.expect(200);
    }
}

#[tokio::test]
async fn a_refresh_answers_a_new_pair_that_works() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let answer = app.refresh(&user.refresh_token).await.expect(201);
    app.get("/users/me", answer.text_of("accessToken").as_str()).await.expect(200);
    let next = granted(answer);
    assert_ne!(next, user.refresh_token);
    granted(app.refresh(&next).await);
}

#[tokio::test]
async fn a_used_refresh_token_works_again_as_long_as_its_successor_was_not_used() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    granted(app.refresh(&user.refresh_token).await);
    app.advance_clock(DAY).await;
    // The answer was lost on its way; the client has nothing newer.
    let next = granted(app.refresh(&user.refresh_token).await);
    granted(app.refresh(&next).await);
}

#[tokio::test]
async fn a_second_tab_may_use_a_refresh_token_again_within_half_a_minute() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let next = granted(app.refresh(&user.refresh_token).await);
    granted(app.refresh(&next).await);
    app.advance_clock(Duration::from_secs(25)).await;
    granted(app.refresh(&user.refresh_token).await);
}

#[tokio::test]
async fn a_refresh_token_that_was_stolen_ends_the_session_and_no_other() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    let elsewhere = app.log_in(&user.email, PASSWORD).await;
    let second = granted(app.refresh(&user.refresh_token).await);
    let third = granted(app.refresh(&second).await);
    app.advance_clock(PAST_GRACE).await;
    app.refresh(&user.refresh_token).await.expect_refusal(400, "REFRESH_INVALID");
    for of_the_family in [&user.refresh_token, &second, &third] {
        app.refresh(of_the_family).await.expect_refusal(400, "REFRESH_INVALID");
    }
    access_ends(&app, &user).await;
    app.get("/users/me", &elsewhere).await.expect(200);
    granted(app.refresh(&elsewhere.refresh_token).await);
}

#[tokio::test]
async fn tokens_expire() {
    let app = start().await;
    let user = app.sign_up_dreamer().await;
    app.advance_clock(DAY + Duration::from_secs(1)).await;
    app.get("/users/me", &user).await.expect_refusal(401, "TOKEN_EXPIRED");
    app.get("/users/makers", &user).await.expect_refusal(401, "TOKEN_EXPIRED");
    let answer = app.refresh(&user.refresh_token).await.expect(201);
    app.get("/users/me", answer.text_of("accessToken").as_str()).await.expect(200);
    let next = granted(answer);
    app.advance_clock((7 * DAY).saturating_sub(Duration::from_mins(1))).await;
    let last = granted(app.refresh(&next).await);
    app.advance_clock(7 * DAY + Duration::from_secs(1)).await;
    app.refresh(&last).await.expect_refusal(400, "REFRESH_INVALID");
}

#[tokio::test]
async fn without_a_refresh_token_the_answer_is_a_400_and_sets_nothing() {
    let app = start().await;
    let refresh = || app.request(Method::POST, "/auth/refresh/token", &Guest);
    let unknown = "ab".repeat(32);
    for cookie in ["other=1", "refreshToken=", "refreshToken=x", &format!("refreshToken={unknown}")] {
        let refused = app.send(refresh().header(COOKIE, cookie)).await;
        assert_eq!(refused.expect_refusal(400, "REFRESH_INVALID").cookie("refreshToken"), None);
    }
    app.send(refresh()).await.expect_refusal(400, "REFRESH_INVALID");
    app.send(refresh().json(&json!({ "refreshToken": unknown })))
        .await
        .expect_refusal(400, "REFRESH_INVALID");
}

#[tokio::test]
async fn a_client_may_refresh_on_every_call() {
    const CALLS_A_MINUTE: usize = 300;
    let app = start().await;
    let mut token = app.sign_up_dreamer().await.refresh_token;
    for _ in 0..CALLS_A_MINUTE {
        token = granted(app.refresh(&token).await);
    }
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let app = start().await;
    let here = app.sign_up_dreamer().await;
    let elsewhere = app.log_in(&here.email, PASSWORD).await;
    let change = json!({ "password": PASSWORD, "newPassword": "battery staple" });
    app.patch("/users/update", &here, change).await.expect(200);
    access_ends(&app, &elsewhere).await;
    app.refresh(&elsewhere.refresh_token).await.expect_refusal(400, "REFRESH_INVALID");
    app.get("/users/me", &here).await.expect(200);
    granted(app.refresh(&here.refresh_token).await);
}
