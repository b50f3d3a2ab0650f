//! Gives every error the one body that clients know.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use kernel::Clock;

use super::context::RequestContext;
use crate::http::error::ApiError;
use crate::http::json::Time;
use crate::http::refusal::Refusal;

/// Writes the body of an answer that is an error, ours or the framework's own, and logs its cause if the
/// fault is ours. Status and headers stay.
pub async fn shape_errors<B: MessageBody + 'static>(
    clock: Arc<dyn Clock>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let context = request.extensions().get::<RequestContext>().cloned();
    let response = next.call(request).await?;
    let (Some(context), Some(error)) = (context, response.response().error()) else {
        return Ok(response.map_into_boxed_body());
    };
    let foreign = Refusal::Framework { status: response.status(), message: error.to_string() }.into();
    let error = error.as_error::<ApiError>().unwrap_or(&foreign);
    error.log();
    let body = error.body(&context.refused(), Time(clock.now()));
    let json = serde_json::to_string(&body)?;
    Ok(response.map_body(|head, _| {
        head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        BoxBody::new(json)
    }))
}
