//! The one error of the handlers, and the body that it becomes. This is the only place where a refusal
//! of the domain is given an HTTP status.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use auth::RefreshInvalid;
use embedded::LinkRefused;
use kernel::validation::FieldError;
use kernel::{Code, Invalid, Kind, StoreError};
use media::UploadRefused;
use payment::PaymentRefusal;
use plan::PlanError;
use quote::QuoteError;
use serde::Serialize;
use user::{MakerNotFound, UserNotFound};
use utoipa::ToSchema;

use super::json::Time;
use super::language::Language;
use super::messages;
use super::refusal::Refusal;

/// Why a request was refused or failed. Made by `?` from what use cases and validation answer;
/// [`shape_errors`](super::middleware::shape_errors) turns it into the body that clients read.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    source: application::Error,
    allow: Option<String>,
}

/// The status of a kind of refusal.
pub const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable | Kind::Contended => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<application::Error> for ApiError {
    fn from(source: application::Error) -> Self {
        Self { status: status_of(source.code().kind), source, allow: None }
    }
}

macro_rules! answered_by_handlers {
    ($($refusal:ty),* $(,)?) => {$(
        impl From<$refusal> for ApiError {
            fn from(refusal: $refusal) -> Self {
                application::Error::from(refusal).into()
            }
        }
    )*};
}
// What a handler meets beside the error of a use case: its own checks of fields, and queries that fail
// or find nothing.
answered_by_handlers! {
    Invalid,
    StoreError,
    MakerNotFound,
    UserNotFound,
    RefreshInvalid,
    PlanError,
    QuoteError,
    PaymentRefusal,
    UploadRefused,
    LinkRefused,
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let allow = match &refusal {
            Refusal::MethodNotAllowed { allow } => Some(allow.clone()),
            _ => None,
        };
        Self { status: refusal.status(), source: refusal.into(), allow }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Status and headers only: the body needs the request and the time, which the middleware knows.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::new(self.status);
        self.add_headers(response.headers_mut());
        response
    }
}

impl ApiError {
    /// The stable code and the kind.
    pub fn code(&self) -> Code {
        self.source.code()
    }

    /// The body that a client reads.
    pub fn body(&self, request: &Refused<'_>, at: Time) -> ErrorBody {
        let cause = self.source.cause();
        let localise = |error: &FieldError| FieldMessage {
            field: error.field.clone(),
            message: messages::field_message(&error.message, request.language),
        };
        let fields: Vec<FieldMessage> = cause.fields().iter().map(localise).collect();
        ErrorBody {
            status_code: self.status.as_u16(),
            timestamp: at,
            path: request.path.to_owned(),
            message: messages::sentence(self.code(), cause.detail().as_deref(), request.language),
            code: self.code().name,
            request_id: request.id.to_owned(),
            errors: (!fields.is_empty()).then_some(fields),
        }
    }

    /// Logs what a client isn't told: the cause of a failure that is ours.
    pub fn log(&self) {
        let code = self.code().name;
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            tracing::warn!(error.code = code, error.cause = %self.source, "the request can't be served now");
        } else if self.status.is_server_error() {
            tracing::error!(error.code = code, error.cause = %self.source, "the request failed");
        } else {
            tracing::debug!(error.code = code, error.cause = %self.source, "the request was refused");
        }
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(ALLOW, allow);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }

    /// Seconds; what the refusal itself says, or else enough for a collision or a restart to pass.
    fn retry_after(&self) -> Option<u64> {
        let usual = match self.code().kind {
            Kind::TooMany => 60,
            Kind::Unavailable => 5,
            Kind::Contended => 1,
            Kind::Invalid
            | Kind::Unauthenticated
            | Kind::Forbidden
            | Kind::NotFound
            | Kind::Conflict
            | Kind::Internal => return None,
        };
        Some(self.source.cause().retry_after().unwrap_or(usual))
    }
}

/// What the body of an error says about the request that was refused.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The id of the request.
    pub id: &'a str,
    /// Its path, as it was sent.
    pub path: &'a str,
    /// What the caller reads.
    pub language: Language,
}

/// The body of every answer that is an error.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The HTTP status once more.
    pub status_code: u16,
    /// When the request was refused.
    pub timestamp: Time,
    /// The path of the request, as it was sent.
    pub path: String,
    /// One sentence for a person: Korean, or English if `Accept-Language` prefers it.
    pub message: String,
    /// The stable name of the refusal, for programs.
    pub code: &'static str,
    /// The value of `X-Request-Id`.
    pub request_id: String,
    /// What is wrong with which field; only when `code` is `VALIDATION_FAILED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub errors: Option<Vec<FieldMessage>>,
}

/// What is wrong with one field of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldMessage {
    /// The path of the field, such as `user.email` or `serviceArea[0]`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}
