use actix_web::test::TestRequest;

use super::{as_caller, call, get, post};

async fn refusal(request: TestRequest) -> (u16, String) {
    call(request).await.refusal()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[actix_web::test]
async fn a_token_is_asked_for_before_anything_else_is_looked_at() {
    for request in [
        get("/plans/not-an-id"),
        get("/plans/dreamer?pageSize=0"),
        post("/plans", "no json"),
        post("/plans", &"x".repeat(100)),
    ] {
        assert_eq!(refusal(request).await, refused(401, "TOKEN_MISSING"));
    }
    // The look-up takes a while, and still wins over what is plainly wrong with the rest.
    assert_eq!(refusal(as_caller(post("/plans", "no json"), "bad")).await, refused(401, "TOKEN_INVALID"));
    assert_eq!(
        refusal(as_caller(get("/plans/dreamer?page=x"), "expired")).await,
        refused(401, "TOKEN_EXPIRED")
    );
    assert_eq!(refusal(as_caller(get("/plans/not-an-id"), "bad")).await, refused(401, "TOKEN_INVALID"));
}

#[actix_web::test]
async fn the_other_role_is_turned_away_before_its_body_is_read() {
    assert_eq!(
        refusal(as_caller(post("/makers/only", "x"), "dreamer")).await,
        refused(403, "ROLE_FORBIDDEN")
    );
    assert_eq!(
        refusal(as_caller(post("/makers/only", "x"), "maker")).await,
        refused(400, "VALIDATION_FAILED")
    );
    assert_eq!(refusal(as_caller(get("/plans/dreamer"), "maker")).await, refused(403, "ROLE_FORBIDDEN"));
}

#[actix_web::test]
async fn a_guest_is_welcome_on_a_public_route_but_a_bad_token_is_not() {
    assert_eq!(call(get("/who")).await.text(), "null");
    assert_eq!(call(as_caller(get("/who"), "")).await.text(), "null");
    assert_eq!(
        call(as_caller(get("/who"), "maker")).await.text(),
        "\"00000000-0000-0000-0000-000000000007\""
    );
    assert_eq!(refusal(as_caller(get("/who"), "expired")).await, refused(401, "TOKEN_EXPIRED"));
}

#[actix_web::test]
async fn only_bearer_tokens_count_and_the_scheme_may_be_in_any_case() {
    let with = |header: &str| get("/who").insert_header(("Authorization", header.to_owned()));
    assert_eq!(refusal(with("Basic YTpi")).await, refused(401, "TOKEN_INVALID"));
    assert_eq!(refusal(with("maker")).await, refused(401, "TOKEN_INVALID"));
    assert_eq!(call(with("bearer   maker ")).await.status, 200);
}
