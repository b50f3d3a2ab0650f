//! Joining, logging in and out. What becomes of the tokens is in `tokens`.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, SET_COOKIE};
use serde_json::{Value, json};
use testkit::people::{PASSWORD, dreamer_profile, maker_profile};
use testkit::{Answer, Guest, TestApp};

use crate::GOFORME;
use crate::pattern::{ID, Like};
use crate::tokens::access_ends;

fn newcomer(role: &str, name: &str) -> Value {
    json!({
        "role": role,
        "nickName": name,
        "email": format!("{name}@example.com"),
        "password": PASSWORD,
        "phoneNumber": "010-2345-6789",
    })
}

async fn sign_up(app: &TestApp, user: Value, profile: Value) -> Answer {
    app.post("/auth/signup", &Guest, json!({ "user": user, "profile": profile })).await
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post("/auth/login", &Guest, json!({ "email": email, "password": password })).await
}

/// The fields that a refusal names.
fn fields(refused: &Answer) -> Vec<&str> {
    let errors = refused["errors"].as_array().expect("a refusal names fields");
    errors.iter().map(|error| error["field"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_dreamer_and_a_maker_sign_up_and_log_in() {
    let app = TestApp::start(GOFORME).await;
    for (role, name, profile) in
        [("DREAMER", "mina", dreamer_profile()), ("MAKER", "jun", maker_profile("JEJU"))]
    {
        let signed_up = sign_up(&app, newcomer(role, name), profile.clone()).await.expect(201);
        assert_eq!(signed_up.text, "");
        let user = app.log_in(&format!("{name}@example.com"), PASSWORD).await;
        app.get("/users/me", &user).await.expect(200).is_like(&json!({
            "id": ID,
            "role": role,
            "nickName": name,
            "email": format!("{name}@example.com"),
            "phoneNumber": "010-2345-6789",
            "coconut": 0,
        }));
        app.get("/profile", &user).await.expect(200).is_like(&profile);
    }
}

#[tokio::test]
async fn a_taken_address_or_nickname_is_refused_and_nothing_of_it_is_kept() {
    let app = TestApp::start(GOFORME).await;
    let known = app.sign_up_dreamer().await;
    let mut user = newcomer("MAKER", "newcomer");
    user["email"] = json!(known.email);
    sign_up(&app, user, maker_profile("SEOUL")).await.expect_refusal(400, "EMAIL_TAKEN");
    let mut user = newcomer("DREAMER", "newcomer");
    user["email"] = json!(known.email.to_uppercase());
    sign_up(&app, user, dreamer_profile()).await.expect_refusal(400, "EMAIL_TAKEN");
    let mut user = newcomer("DREAMER", "newcomer");
    user["nickName"] = json!(known.nick_name);
    sign_up(&app, user, dreamer_profile()).await.expect_refusal(400, "NICKNAME_TAKEN");
    sign_up(&app, newcomer("DREAMER", "newcomer"), dreamer_profile()).await.expect(201);
}

#[tokio::test]
async fn a_sign_up_says_which_fields_are_wrong() {
    let app = TestApp::start(GOFORME).await;
    let mut without = newcomer("DREAMER", "x");
    let user = without.as_object_mut().unwrap();
    user.remove("email");
    user.remove("password");
    let refused = sign_up(&app, without, dreamer_profile()).await.expect_refusal(400, "VALIDATION_FAILED");
    assert_eq!(fields(&refused), ["user.email", "user.password"]);

    for (field, bad) in [
        ("nickName", json!("")),
        ("nickName", json!("x".repeat(51))),
        ("email", json!("mina")),
        ("email", json!("mina@")),
        ("password", json!("12345")),
        ("password", json!("x".repeat(129))),
        ("phoneNumber", json!("")),
        ("role", json!("ADMIN")),
        ("role", Value::Null),
    ] {
        let mut user = newcomer("DREAMER", "x");
        user[field] = bad;
        let refused = sign_up(&app, user, dreamer_profile()).await.expect_refusal(400, "VALIDATION_FAILED");
        assert_eq!(fields(&refused), [format!("user.{field}")]);
    }
    for (field, bad) in [
        ("image", json!("DEFAULT_5")),
        ("serviceArea", json!(["TOKYO"])),
        ("serviceArea", json!([])),
        ("tripTypes", json!("FOOD_TOUR")),
    ] {
        let mut profile = dreamer_profile();
        profile[field] = bad;
        sign_up(&app, newcomer("DREAMER", "x"), profile).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    // Nothing of it went through.
    sign_up(&app, newcomer("DREAMER", "x"), dreamer_profile()).await.expect(201);
}

#[tokio::test]
async fn the_profile_has_to_be_of_the_kind_that_the_role_says() {
    let app = TestApp::start(GOFORME).await;
    let refused = sign_up(&app, newcomer("MAKER", "x"), dreamer_profile()).await;
    refused.expect_refusal(400, "VALIDATION_FAILED");
    let refused = sign_up(&app, newcomer("DREAMER", "x"), maker_profile("SEOUL")).await;
    refused.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn passwords_of_the_shortest_and_the_longest_length_work() {
    let app = TestApp::start(GOFORME).await;
    for (name, password) in [("short", "여섯글자다.".to_owned()), ("long", "가".repeat(128))] {
        let mut user = newcomer("DREAMER", name);
        user["password"] = json!(password);
        sign_up(&app, user, dreamer_profile()).await.expect(201);
        log_in(&app, &format!("{name}@example.com"), &password).await.expect(201);
    }
}

#[tokio::test]
async fn what_a_newcomer_may_not_set_is_ignored() {
    let app = TestApp::start(GOFORME).await;
    let mut user = newcomer("DREAMER", "mina");
    for (field, value) in [
        ("id", json!("01890000-0000-7000-8000-000000000000")),
        ("coconut", json!(1_000_000)),
        ("createdAt", json!("2001-01-01T00:00:00.000Z")),
        ("provider", json!("GOOGLE")),
        ("providerId", json!("12345")),
        ("isAdmin", json!(true)),
    ] {
        user[field] = value;
    }
    let mut profile = dreamer_profile();
    profile["userId"] = json!("01890000-0000-7000-8000-000000000000");
    sign_up(&app, user, profile).await.expect(201);
    let mina = app.log_in("mina@example.com", PASSWORD).await;
    assert_ne!(mina.id, "01890000-0000-7000-8000-000000000000");
    assert_eq!(app.balance(&mina).await, 0);
    let profile = app.get("/profile", &mina).await.expect(200);
    profile.is_like(&json!({ "userId": mina.id }));
    assert!(profile.text_of("createdAt").as_str() > "2002");
}

#[tokio::test]
async fn a_log_in_answers_an_access_token_and_sets_the_refresh_cookie() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let answer = log_in(&app, &user.email, PASSWORD).await.expect(201);
    app.get("/users/me", answer.text_of("accessToken").as_str()).await.expect(200);
    let cookies: Vec<&str> =
        answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let [cookie] = cookies[..] else { panic!("one cookie, not {cookies:?}") };
    let mut parts = cookie.split("; ");
    assert!(parts.next().unwrap().starts_with("refreshToken="));
    let mut attributes: Vec<&str> = parts.collect();
    attributes.sort_unstable();
    let expected = ["HttpOnly", "Max-Age=604800", "Path=/auth/refresh/token", "SameSite=Lax", "Secure"];
    assert_eq!(attributes, expected);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let wrong = log_in(&app, &user.email, "battery staple").await.expect_refusal(400, "LOGIN_FAILED");
    let unknown = log_in(&app, "nobody@example.com", PASSWORD).await.expect_refusal(400, "LOGIN_FAILED");
    assert_eq!((&wrong["message"], wrong.cookie("refreshToken")), (&unknown["message"], None));
    assert!(wrong["errors"].is_null() && unknown["errors"].is_null());
}

#[tokio::test]
async fn an_address_or_a_nickname_can_be_checked_before_signing_up() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    for (path, field, taken) in [
        ("/auth/check/email", "email", &user.email),
        ("/auth/check/nickname", "nickName", &user.nick_name),
        ("/auth/check/nickName", "nickName", &user.nick_name),
    ] {
        let answer = app.post(path, &Guest, json!({ field: taken })).await.expect(200);
        assert_eq!(answer.text, "false");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let free = json!({ field: "nobody@example.com" });
        assert_eq!(app.post(path, &Guest, free).await.expect(200).text, "true");
        app.post(path, &Guest, json!({})).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    let bad = app.post("/auth/check/email", &Guest, json!({ "email": "mina" })).await;
    bad.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn public_routes_of_this_area_ignore_whatever_bearer_a_client_still_has() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let body = json!({ "user": newcomer("DREAMER", "mina"), "profile": dreamer_profile() });
    let credentials = json!({ "email": user.email, "password": PASSWORD });
    for (path, body, status) in [
        ("/auth/signup", body, 201),
        ("/auth/login", credentials, 201),
        ("/auth/check/email", json!({ "email": "a@example.com" }), 200),
        ("/auth/check/nickname", json!({ "nickName": "a" }), 200),
    ] {
        app.post(path, "no.such.token", body).await.expect(status);
    }
    let cookie = format!("refreshToken={}", user.refresh_token);
    let refresh = app.request(Method::POST, "/auth/refresh/token", "no.such.token").header("cookie", cookie);
    app.send(refresh.header(AUTHORIZATION, "Basic bWluYTpwYXNz")).await.expect(201);
}

#[tokio::test]
async fn logging_out_ends_this_session_only_and_clears_the_cookie() {
    let app = TestApp::start(GOFORME).await;
    let here = app.sign_up_dreamer().await;
    let elsewhere = app.log_in(&here.email, PASSWORD).await;
    let answer = app.post("/auth/logout", &here, json!({})).await.expect(204);
    assert_eq!((answer.text.as_str(), answer.cookie("refreshToken").as_deref()), ("", Some("")));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("Max-Age=0") && cookie.contains("Path=/auth/refresh/token"), "{cookie}");

    access_ends(&app, &here).await;
    app.refresh(&here.refresh_token).await.expect_refusal(400, "REFRESH_INVALID");
    app.get("/users/me", &elsewhere).await.expect(200);
    app.refresh(&elsewhere.refresh_token).await.expect(201);
}

#[tokio::test]
async fn logging_out_needs_no_body() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    app.send(app.request(Method::POST, "/auth/logout", &user)).await.expect(204);
    app.send(app.request(Method::POST, "/auth/logout", &Guest)).await.expect_refusal(401, "TOKEN_MISSING");
}
