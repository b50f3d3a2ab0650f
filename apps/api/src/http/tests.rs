//! The HTTP side as a whole, with a few routes that exist for these tests only.

mod bodies;
mod callers;
mod chat;
mod coconuts;
mod cors;
mod document;
mod errors;
mod health;
mod lab;
pub mod live;
mod media;
mod metrics;
mod notifications;
mod operations;
mod paths;
mod payments;
mod queries;
mod sample;
mod server;
mod uploads;

use std::sync::Arc;

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, Error};
use async_trait::async_trait;
use auth::{AccessClaims, TokenError};
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, Role};
use serde_json::Value;
use uuid::Uuid;

use super::app::Blueprint;
use super::extract::{Authenticate, BodyLimits, TrustedProxies};
use super::health::HealthCheck;
use super::state::{AppState, HttpSettings};

/// What was answered.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text()))
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The status and the code of an error.
    fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap().to_owned())
    }

    /// The field and what is wrong with it, of a validation failure with one error.
    fn field_error(&self) -> (String, String) {
        let body = self.json();
        assert_eq!(self.refusal(), (400, "VALIDATION_FAILED".to_owned()));
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
        let text = |member: &str| body["errors"][0][member].as_str().unwrap().to_owned();
        (text("field"), text("message"))
    }
}

/// Knows the tokens `dreamer` and `maker`; everything else has expired or was never one. It takes its
/// time, as the look-up of a session does.
struct TwoTokens;

#[async_trait]
impl Authenticate for TwoTokens {
    async fn authenticate(&self, token: &str) -> Result<AccessClaims, application::Error> {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let role = match token {
            "dreamer" => Role::Dreamer,
            "maker" => Role::Maker,
            "expired" => return Err(TokenError::Expired.into()),
            _ => return Err(TokenError::Invalid.into()),
        };
        let now = FakeClock::default().now();
        let id = Uuid::from_u128(7);
        Ok(AccessClaims { user: id.into(), role, session: id.into(), issued_at: now, expires_at: now })
    }
}

fn state() -> AppState {
    let settings = HttpSettings {
        public_url: "http://localhost:4000".parse().unwrap(),
        cors_origins: vec!["http://localhost:3000".to_owned()],
        trusted_proxies: TrustedProxies::default(),
        body: BodyLimits { bytes: 64, ..BodyLimits::default() },
    };
    AppState::new(
        Arc::new(FakeClock::default()),
        Arc::new(CountingIds::default()),
        Arc::new(TwoTokens),
        settings,
    )
}

/// The sample's routes in place of the real ones, whose paths they share.
fn blueprint(state: AppState) -> Blueprint {
    let endpoints = [super::health::endpoints(), super::docs::endpoints(), sample::endpoints()];
    Blueprint::with_endpoints(state, endpoints.into_iter().flatten()).unwrap()
}

async fn call(request: TestRequest) -> Answer {
    call_with(state(), request).await
}

async fn call_with(state: AppState, request: TestRequest) -> Answer {
    answer_of(blueprint(state).app(), request).await
}

async fn answer_of<S>(app: App<S>, request: TestRequest) -> Answer
where
    S: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            InitError = (),
        > + 'static,
{
    let app = init_service(app).await;
    let response = call_service(&app, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = to_bytes(response.into_body()).await.unwrap().to_vec();
    Answer { status, headers, body }
}

fn get(uri: &str) -> TestRequest {
    TestRequest::get().uri(uri)
}

fn post(uri: &str, body: &str) -> TestRequest {
    TestRequest::post().uri(uri).set_payload(body.to_owned())
}

fn as_caller(request: TestRequest, token: &str) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer {token}")))
}
