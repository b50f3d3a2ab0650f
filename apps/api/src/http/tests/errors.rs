use super::{as_caller, call, get, post};

#[actix_web::test]
async fn an_error_has_the_shape_that_the_contract_fixes() {
    let answer = call(get("/Plans/nope?x=1").insert_header(("X-Request-Id", "abc-1"))).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.json(),
        serde_json::json!({
            "statusCode": 401,
            "timestamp": "2031-01-15T03:00:00.000Z",
            "path": "/Plans/nope",
            "message": "로그인이 필요합니다.",
            "code": "TOKEN_MISSING",
            "requestId": "abc-1",
        })
    );
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[actix_web::test]
async fn the_sentence_is_english_for_those_who_prefer_it() {
    let answer = call(get("/nothing/here").insert_header(("Accept-Language", "ko;q=0.4, en-US;q=0.9"))).await;
    assert_eq!(answer.refusal(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(answer.json()["message"], "There is nothing at this address.");
}

#[actix_web::test]
async fn fields_are_named_with_what_is_wrong_in_the_callers_language() {
    let request = || as_caller(get("/plans/dreamer?pageSize=101"), "dreamer");
    let korean = call(request()).await.field_error();
    assert_eq!(korean, ("pageSize".to_owned(), "1 이상 100 이하의 정수여야 합니다".to_owned()));
    let english = call(request().insert_header(("Accept-Language", "en"))).await.field_error();
    assert_eq!(english.1, "must be a whole number from 1 to 100");
}

#[actix_web::test]
async fn our_failures_are_told_without_their_cause() {
    for (uri, status, code) in [
        ("/fail/panic", 500, "INTERNAL"),
        ("/fail/corrupt", 500, "INTERNAL"),
        ("/fail/store", 503, "STORE_UNAVAILABLE"),
    ] {
        let answer = call(get(uri).insert_header(("X-Request-Id", "r"))).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()));
        assert!(!answer.text().contains("42"), "{}", answer.text());
        assert_eq!(answer.header("x-request-id"), "r");
    }
}

#[actix_web::test]
async fn who_should_try_again_is_told_when() {
    assert_eq!(call(get("/fail/throttle")).await.header("retry-after"), "17");
    assert_eq!(call(get("/fail/store")).await.header("retry-after"), "5");
    assert_eq!(call(get("/fail/panic")).await.header("retry-after"), "");
}

#[actix_web::test]
async fn every_answer_carries_a_request_id_and_a_bad_one_is_replaced() {
    for uri in ["/health/live", "/nothing", "/fail/panic", "/docs/"] {
        assert!(!call(get(uri)).await.header("x-request-id").is_empty(), "{uri}");
    }
    let answer = call(get("/health/live").insert_header(("X-Request-Id", "a b"))).await;
    assert_eq!(answer.header("x-request-id").len(), 36);
    let answer = call(post("/plans", "{}").insert_header(("X-Request-Id", "ok_1"))).await;
    assert_eq!(answer.header("x-request-id"), "ok_1");
}
