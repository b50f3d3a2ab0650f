use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::{Answer, call, get, post};

const OURS: &str = "http://localhost:3000";

fn assert_readable(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), OURS);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("x-request-id") && exposed.contains("retry-after"), "{exposed}");
}

#[actix_web::test]
async fn our_pages_may_read_every_answer_errors_included() {
    for (request, status) in [
        (get("/health/live"), 200),
        (get("/nothing"), 404),
        (post("/health/live", ""), 405),
        (get("/plans/dreamer"), 401),
        (get("/fail/panic"), 500),
        (get("/fail/store"), 503),
    ] {
        let answer = call(request.insert_header(("Origin", OURS))).await;
        assert_eq!(answer.status, status);
        assert_readable(&answer);
    }
}

#[actix_web::test]
async fn a_preflight_is_answered_without_a_token() {
    let preflight = TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/plans/dreamer")
        .insert_header(("Origin", OURS))
        .insert_header(("Access-Control-Request-Method", "DELETE"))
        .insert_header(("Access-Control-Request-Headers", "authorization, content-type, idempotency-key"));
    let answer = call(preflight).await;
    assert!((200..300).contains(&answer.status), "{}", answer.status);
    assert_eq!(answer.header("access-control-allow-origin"), OURS);
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    let headers = answer.header("access-control-allow-headers").to_lowercase();
    for name in ["authorization", "accept-language", "cache-control", "last-event-id", "x-request-id"] {
        assert!(headers.contains(name), "{headers}");
    }
}

#[actix_web::test]
async fn other_pages_get_no_permission() {
    let answer = call(get("/health/live").insert_header(("Origin", "http://evil.example"))).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let preflight = TestRequest::default()
        .method(Method::OPTIONS)
        .uri("/plans")
        .insert_header(("Origin", "http://evil.example"))
        .insert_header(("Access-Control-Request-Method", "GET"));
    let answer = call(preflight).await;
    assert_eq!(answer.refusal(), (400, "BAD_REQUEST".to_owned()));
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
