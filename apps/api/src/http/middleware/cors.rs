//! Which web pages may read our answers.

use actix_cors::Cors;
use actix_web::http::header::HeaderName;

/// How long a browser may remember what a preflight answered; Chromium keeps it no longer than this.
const TWO_HOURS: usize = 7200;

const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "DELETE", "OPTIONS"];

const REQUEST_HEADERS: [&str; 8] = [
    "authorization",
    "content-type",
    "accept",
    "accept-language",
    "cache-control",
    "last-event-id",
    "idempotency-key",
    "x-request-id",
];

const ANSWER_HEADERS: [&str; 2] = ["x-request-id", "retry-after"];

/// CORS for exactly these origins, with credentials. A request from elsewhere is served, but its answer
/// carries no permission, so a browser keeps it from the page.
pub fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(METHODS)
        .allowed_headers(REQUEST_HEADERS.map(HeaderName::from_static))
        .expose_headers(ANSWER_HEADERS.map(HeaderName::from_static))
        .supports_credentials()
        .max_age(TWO_HOURS);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
