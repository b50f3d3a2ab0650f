//! The body of a request, as JSON.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use kernel::Invalid;
use serde::de::DeserializeOwned;

use super::gate::Gate;
use super::mistake::{Mistake, at};
use crate::http::error::ApiError;
use crate::http::refusal::Refusal;

/// How much of a body is read, and how long it may take to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimits {
    /// The most bytes; more is a 413.
    pub bytes: usize,
    /// From the head of the request to the last byte of the body; longer is a 408.
    pub time: Duration,
}

impl Default for BodyLimits {
    /// A mebibyte, half a minute.
    fn default() -> Self {
        Self { bytes: 1 << 20, time: Duration::from_secs(30) }
    }
}

/// A JSON object, whatever `Content-Type` says of it (a DELETE of the web client has a body, too).
/// Everything that keeps it from being read as a `T` is a 400 with the path of the field.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload.take());
        Box::pin(async move { Ok(Self(parse(&bytes.await?)?)) })
    }
}

/// The raw body, for signatures that are over its bytes. The same limits hold.
#[derive(Debug)]
pub struct RawBody(pub Bytes);

impl FromRequest for RawBody {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload.take());
        Box::pin(async move { Ok(Self(bytes.await?)) })
    }
}

/// All bytes of the body, once it's known who calls.
fn read(request: &HttpRequest, payload: Payload) -> impl Future<Output = Result<Bytes, ApiError>> + use<> {
    let limits = request.app_data::<web::Data<BodyLimits>>().map_or_else(BodyLimits::default, |data| ***data);
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let passed = Gate::passed(request);
    async move {
        passed.await;
        if announced.is_some_and(|length: usize| length > limits.bytes) {
            return Err(Refusal::BodyTooLarge { limit: limits.bytes }.into());
        }
        tokio::time::timeout(limits.time, collect(payload, limits.bytes))
            .await
            .map_err(|_| Refusal::BodyTooSlow)?
    }
}

async fn collect(mut payload: Payload, limit: usize) -> Result<Bytes, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error: PayloadError| Invalid::field("body", error))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Refusal::BodyTooLarge { limit }.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads a JSON object.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Invalid> {
    // JSON is text. serde_json would let other bytes pass in the fields that it ignores.
    let text = std::str::from_utf8(bytes).map_err(|_| Invalid::field("body", "must be JSON"))?;
    // serde reads a struct from an array as well, by position; nobody may rely on that.
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if begins.is_some_and(|byte| b"[\"-0123456789tfn".contains(byte)) && is_json(text) {
        return Err(Invalid::field("body", "must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        match error.inner().classify() {
            serde_json::error::Category::Data => {
                at(&path, "body", &Mistake::read(&error.inner().to_string()))
            }
            _ => Invalid::field("body", "must be JSON"),
        }
    })?;
    json.end().map_err(|_| Invalid::field("body", "must be JSON"))?;
    Ok(value)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
