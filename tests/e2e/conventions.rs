//! What holds on every route: paths, methods, errors, request ids, CORS, the routes for operators.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use testkit::{Answer, Caller, Guest, TestApp, eventually};

use crate::GOFORME;
use crate::document::{Operation, operations};
use crate::pattern::{Like, TEXT, TIME};
use crate::world::{People, Stage, Things};

const OUR_PAGE: &str = "http://localhost:3000";

/// Every path of the document once, with the methods that it has.
async fn paths(app: &TestApp) -> Vec<(String, BTreeSet<Method>)> {
    let mut paths: Vec<(String, BTreeSet<Method>)> = Vec::new();
    for Operation { method, path, .. } in operations(app).await {
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, methods)) => drop(methods.insert(method)),
            None => paths.push((path, [method].into())),
        }
    }
    paths
}

/// A path with this in place of its parameter, and everything else by `spell`.
fn spelled(path: &str, id: &str, spell: impl Fn(&str) -> String) -> String {
    match path.split_once('{') {
        Some((before, rest)) => format!("{}{id}{}", spell(before), spell(rest.split_once('}').unwrap().1)),
        None => spell(path),
    }
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(swap).collect()
}

async fn preflight(app: &TestApp, path: &str, origin: &str, method: &str, headers: &str) -> Answer {
    let request = app.request(Method::OPTIONS, path, &Guest).header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", method);
    app.send(request.header("Access-Control-Request-Headers", headers)).await
}

#[tokio::test]
async fn a_path_matches_in_any_case_with_or_without_a_slash_at_the_end() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let things = Things::at(&app, &people, Stage::Pending, "/").await;
    for Operation { method, path, .. } in operations(&app).await {
        if path == "/notifications/stream" || path == "/auth/logout" || method == Method::DELETE {
            continue;
        }
        let id = if path.contains('{') { things.id_in(&path).to_owned() } else { String::new() };
        // An empty body shows as well as a good one that the route was found, and changes nothing.
        let ask = async |path: String| {
            let answer = app.send(app.request(method.clone(), &path, &people.owner)).await;
            (answer.status, answer["code"].clone())
        };
        let expected = ask(spelled(&path, &id, str::to_owned)).await;
        assert_ne!(expected.1, "NOT_FOUND", "{method} {path}");
        for (spelling, slash) in
            [(swap_case as fn(&str) -> String, ""), (str::to_uppercase, "/"), (str::to_owned, "/")]
        {
            let path = format!("{}{slash}", spelled(&path, &id, spelling));
            // Completing twice is refused, so only that the route was found can be compared.
            let found = ask(path.clone()).await;
            let same = found == expected || (path.to_lowercase().contains("/complete") && found.0 == 400);
            assert!(same, "{method} {path} answers {found:?}, not {expected:?}");
        }
    }
}

#[tokio::test]
async fn a_parameter_keeps_its_case_and_a_query_its_own() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let refused = app.get("/PLANS/AbCdEf?x=Y", &dreamer).await.expect_refusal(404, "PLAN_NOT_FOUND");
    assert_eq!(refused["path"], json!("/PLANS/AbCdEf"));
    // Names are never guessed at: only the path has no case.
    app.get("/PLANS/DREAMER?STATUS=NONSENSE", &dreamer).await.expect(200);
    app.get("/plans/dreamer?status=pending", &dreamer).await.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn an_unknown_route_is_not_found_in_the_same_shape() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    for path in [
        "/",
        "/nothing",
        "/plans/x/y/z",
        "//plans",
        "/plans//quotes",
        "/users",
        "/auth",
        "/admin",
        "/metrics",
    ] {
        for caller in [&Guest as &dyn Caller, &user] {
            app.get(path, caller).await.expect_refusal(404, "NOT_FOUND").is_like(&json!({
                "statusCode": 404, "timestamp": TIME, "path": path, "message": TEXT, "code": "NOT_FOUND", "requestId": TEXT,
            }));
        }
    }
}

#[tokio::test]
async fn a_known_path_with_a_wrong_method_says_which_it_has() {
    let app = TestApp::start(GOFORME).await;
    for (path, methods) in paths(&app).await {
        let path = spelled(&path, "01890000-0000-7000-8000-000000000000", str::to_owned);
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            // `/reviews/me` and the like are also a parameter of another path.
            if methods.contains(&method) {
                continue;
            }
            let refused = app.send(app.request(method.clone(), &path, &Guest)).await;
            let refused = refused.expect_refusal(405, "METHOD_NOT_ALLOWED");
            let allow: BTreeSet<Method> =
                refused.header("allow").unwrap().split(", ").map(|name| name.parse().unwrap()).collect();
            let expected: BTreeSet<Method> = methods.iter().cloned().chain([Method::OPTIONS]).collect();
            assert_eq!(
                allow.difference(&[Method::HEAD].into()).cloned().collect::<BTreeSet<_>>(),
                expected,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_error_is_in_korean_or_in_english_if_that_is_preferred() {
    let app = TestApp::start(GOFORME).await;
    let get =
        |language: &str| app.request(Method::GET, "/users/me", &Guest).header("Accept-Language", language);
    let korean = app.get("/users/me", &Guest).await.expect(401)["message"].clone();
    let english = app.send(get("en")).await.expect(401)["message"].clone();
    assert!(korean.as_str().unwrap().chars().any(|c| ('가'..='힣').contains(&c)), "{korean}");
    assert!(english.as_str().unwrap().is_ascii(), "{english}");
    for (languages, expected) in [
        ("en-US,en;q=0.9,ko;q=0.8", &english),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", &korean),
        ("de", &korean),
        ("ko;q=0.1, en;q=0.2", &english),
        ("", &korean),
    ] {
        assert_eq!(app.send(get(languages)).await["message"], *expected, "{languages}");
    }
    let sign_up = app.request(Method::POST, "/auth/check/email", &Guest).json(&json!({ "email": "x" }));
    let refused =
        app.send(sign_up.header("Accept-Language", "en")).await.expect_refusal(400, "VALIDATION_FAILED");
    refused.is_like(&json!({ "errors": [{ "field": "email", "message": "must be an e-mail address" }] }));
    let refused = app.post("/auth/check/email", &Guest, json!({ "email": "x" })).await;
    refused.is_like(&json!({ "errors": [{ "field": "email", "message": "올바른 이메일 주소가 아닙니다" }] }));
}

#[tokio::test]
async fn every_answer_bears_the_id_of_its_request_and_so_does_the_log() {
    let app = TestApp::start(GOFORME).await;
    for (path, status) in [("/health/live", 200), ("/nothing", 404), ("/users/me", 401)] {
        let request = app.request(Method::GET, path, &Guest).header("X-Request-Id", format!("test-{status}"));
        let answer = app.send(request).await.expect(status);
        assert_eq!(answer.header("x-request-id"), Some(&*format!("test-{status}")));
        let made = app.get(path, &Guest).await.expect(status);
        let id = made.header("x-request-id").expect("every answer has an id");
        assert!(status == 200 || made["requestId"] == id);
    }
    eventually("the log tells of the request", || async {
        app.log().lines().any(|line| line.contains("test-404") && line.contains("answered")).then_some(())
    })
    .await;
    for insane in ["", "a b", "<script>", &"x".repeat(200), "\"", "ünicode"] {
        let request = app.request(Method::GET, "/nothing", &Guest).header("X-Request-Id", insane.as_bytes());
        let id = app.send(request).await.header("x-request-id").map(str::to_owned);
        assert!(id.as_deref().is_some_and(|id| id != insane && id.len() == 36), "{insane}: {id:?}");
    }
}

#[tokio::test]
async fn our_page_may_read_every_answer_and_no_other_page_any() {
    let app = TestApp::start(GOFORME).await;
    let from = |request: RequestBuilder, origin: &str| request.header("Origin", origin);
    for (path, status) in
        [("/users/makers", 200), ("/nothing", 404), ("/users/me", 401), ("/plans?page=x", 405)]
    {
        let get = || app.request(Method::GET, path, &Guest);
        let answer = app.send(from(get(), OUR_PAGE)).await.expect(status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(OUR_PAGE));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        for other in ["http://evil.example", "null", "http://localhost:3001", "https://localhost:3000"] {
            let answer = app.send(from(get(), other)).await;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{other}");
        }
    }
}

#[tokio::test]
async fn a_preflight_allows_what_the_client_needs() {
    let app = TestApp::start(GOFORME).await;
    let headers = "authorization, content-type, accept, accept-language, cache-control, last-event-id, \
        idempotency-key, x-request-id";
    for (path, _) in paths(&app).await {
        let path = spelled(&path, "x", str::to_owned);
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            let answer = preflight(&app, &path, OUR_PAGE, method, headers).await;
            assert!(answer.status < 300, "{path}: {}", answer.text);
            assert_eq!(answer.header("access-control-allow-origin"), Some(OUR_PAGE));
            assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
            let list = |name: &str| answer.header(name).unwrap_or_default().to_lowercase();
            let methods = list("access-control-allow-methods");
            for allowed in ["get", "post", "patch", "delete", "options"] {
                assert!(methods.contains(allowed), "{methods}");
            }
            let allowed = list("access-control-allow-headers");
            assert!(headers.split(", ").all(|header| allowed.contains(header)), "{allowed}");
        }
    }
    let refused = preflight(&app, "/plans", "http://evil.example", "GET", headers).await;
    assert_eq!(refused.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn other_pages_can_be_configured() {
    let app = TestApp::builder(GOFORME)
        .env("CORS_ORIGINS", "https://goforme.example,https://www.goforme.example")
        .start()
        .await;
    for (origin, allowed) in
        [("https://goforme.example", true), ("https://www.goforme.example", true), (OUR_PAGE, false)]
    {
        let answer = preflight(&app, "/plans", origin, "GET", "authorization").await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed.then_some(origin));
    }
}

#[tokio::test]
async fn the_routes_for_operators_are_there_and_metrics_are_not_for_the_public() {
    let app = TestApp::start(GOFORME).await;
    app.get("/health/live", &Guest).await.expect(200);
    let ready = app.get("/health/ready", &Guest).await.expect(200);
    let dependencies = ready["dependencies"].as_object().expect("each by its name");
    assert!(
        !dependencies.is_empty() && dependencies.values().all(|one| one["status"] == "up"),
        "{}",
        ready.text
    );
    let page = app.get("/docs/", &Guest).await.expect(200);
    assert!(page.text.contains("<html") && page.header("content-type").unwrap().starts_with("text/html"));
    let client = reqwest::Client::new();
    let metrics = client.get(app.admin_url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("http_requests_seconds") && metrics.contains("/health/ready"), "{metrics}");
    app.get("/metrics", &Guest).await.expect(404);
    app.post("/test/clock", &Guest, json!({ "advanceSeconds": 1 })).await.expect(404);
    // The description names the server itself.
    let document = app.get("/openapi.json", &Guest).await.expect(200);
    document.is_like(&json!({ "openapi": "3.1.0", "servers": [{ "url": app.url("") }] }));
}
