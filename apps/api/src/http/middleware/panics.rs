//! Keeps a panic from taking the connection with it.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt;

use crate::http::error::ApiError;
use crate::http::refusal::Refusal;

/// Answers 500 when the handler panics. It wraps each route and not the whole router: the router needs
/// the request to itself, and here a copy is kept to answer with.
pub async fn catch_panics<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let kept = request.request().clone();
    // What the handler leaves behind is dropped with it; locks that it held are poisoned.
    match AssertUnwindSafe(async { next.call(request).await }).catch_unwind().await {
        Ok(answered) => Ok(answered?.map_into_boxed_body()),
        Err(panic) => {
            let error = ApiError::from(Refusal::Panicked(message(&*panic)));
            Ok(ServiceResponse::new(kept, HttpResponse::from_error(error)))
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
