use actix_web::http::Method;
use actix_web::test::TestRequest;
use kernel::PlanId;

use super::{as_caller, call, get};

fn id() -> PlanId {
    uuid::Uuid::from_u128(0xABCD).into()
}

#[actix_web::test]
async fn a_path_matches_in_any_case_and_with_a_slash_at_the_end() {
    for uri in [format!("/plans/{}", id()), format!("/PLANS/{}/", id()), format!("/Plans/{}?a=/B", id())] {
        let answer = call(as_caller(get(&uri), "maker")).await;
        assert_eq!(answer.status, 200, "{uri}");
        assert_eq!(answer.json()["id"], id().to_string());
    }
    assert_eq!(call(as_caller(get("/plans/DREAMER/"), "dreamer")).await.status, 200);
}

#[actix_web::test]
async fn a_parameter_keeps_its_case_and_slashes_are_not_collapsed() {
    let upper = id().to_string().to_uppercase();
    assert_eq!(call(as_caller(get(&format!("/plans/{upper}")), "maker")).await.status, 200);
    for uri in ["//plans", "/plans//", "/health//live"] {
        assert_eq!(call(get(uri)).await.status, 404, "{uri}");
    }
}

#[actix_web::test]
async fn a_malformed_id_in_a_path_answers_like_an_unknown_one() {
    let answer = call(as_caller(get("/plans/not-an-id"), "maker")).await;
    assert_eq!(answer.refusal(), (404, "PLAN_NOT_FOUND".to_owned()));
    assert_eq!(answer.json()["path"], "/plans/not-an-id");
    assert_eq!(call(get("/reviews/not-an-id")).await.text(), "[]");
    assert_eq!(call(as_caller(get("/plans/%ff%00"), "maker")).await.status, 404);
}

#[actix_web::test]
async fn another_method_is_told_which_ones_there_are() {
    for (method, uri, allow) in [
        (Method::PUT, format!("/plans/{}", id()), "DELETE, GET, OPTIONS"),
        (Method::PATCH, "/PLANS/".to_owned(), "GET, POST, OPTIONS"),
        (Method::DELETE, "/plans/dreamer".to_owned(), "GET, OPTIONS"),
        (Method::HEAD, "/plans".to_owned(), "GET, POST, OPTIONS"),
        (Method::from_bytes(b"QUX").unwrap(), "/plans".to_owned(), "GET, POST, OPTIONS"),
    ] {
        let answer = call(TestRequest::default().method(method).uri(&uri)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{uri}");
        assert_eq!(answer.refusal().1, "METHOD_NOT_ALLOWED");
    }
}

#[actix_web::test]
async fn options_without_cors_answers_what_is_allowed() {
    let answer = call(TestRequest::default().method(Method::OPTIONS).uri("/plans")).await;
    assert_eq!((answer.status, answer.header("allow")), (204, "GET, POST, OPTIONS"));
}

#[actix_web::test]
async fn the_client_is_the_peer_unless_a_trusted_proxy_speaks_for_it() {
    let request = get("/where")
        .peer_addr("203.0.113.9:4711".parse().unwrap())
        .insert_header(("X-Forwarded-For", "198.51.100.1"));
    assert_eq!(call(request).await.json(), "203.0.113.9");
}
