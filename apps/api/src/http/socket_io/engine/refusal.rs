//! Requests that Engine.IO refuses, in the words of its official server.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use serde::Serialize;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Neither `polling` nor `websocket`.
    UnknownTransport,
    /// There is no connection of this name, or no longer.
    UnknownSid,
    /// A connection begins with a GET.
    BadHandshakeMethod,
    /// It doesn't fit to the state of its connection, or isn't what it says it is.
    BadRequest,
    /// Only version 4 is spoken.
    UnsupportedVersion,
    /// The body is longer than a frame may be.
    TooLarge,
    /// Too many others have connected and not yet said who they are.
    Busy,
}

#[derive(Serialize)]
struct Body {
    code: u8,
    message: &'static str,
}

impl Refusal {
    fn body(self) -> Body {
        let (code, message) = match self {
            Self::UnknownTransport => (0, "Transport unknown"),
            Self::UnknownSid => (1, "Session ID unknown"),
            Self::BadHandshakeMethod => (2, "Bad handshake method"),
            Self::BadRequest => (3, "Bad request"),
            Self::TooLarge => (3, "Payload too large"),
            Self::Busy => (4, "Too many connections are being opened"),
            Self::UnsupportedVersion => (5, "Unsupported protocol version"),
        };
        Body { code, message }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::UnknownTransport
            | Self::UnknownSid
            | Self::BadHandshakeMethod
            | Self::BadRequest
            | Self::UnsupportedVersion => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<Refusal> for HttpResponse {
    fn from(refusal: Refusal) -> Self {
        let mut response = HttpResponse::build(refusal.status());
        response.insert_header((CACHE_CONTROL, "no-store"));
        if refusal == Refusal::Busy {
            response.insert_header((RETRY_AFTER, "1"));
        }
        response.json(refusal.body())
    }
}
