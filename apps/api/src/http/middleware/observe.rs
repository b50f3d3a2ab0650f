//! Names each request, and tells the log and the metrics about it.

use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use kernel::IdGenerator;
use tracing::Instrument;

use super::context::{RequestContext, X_REQUEST_ID};

/// The histogram of how long requests took until their answer began, by `method`, `route` and `status`.
pub const HTTP_REQUESTS_SECONDS: &str = "http_requests_seconds";

/// Puts the request's id on its answer and into a span around everything that happens for it, and
/// writes one line and one sample when it is answered. Queries stay out of the log: they hold secrets
/// (the codes of a provider's callback).
pub async fn observe<B: MessageBody + 'static>(
    ids: Arc<dyn IdGenerator>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let began = Instant::now();
    let context = RequestContext::of(&request, &*ids);
    let span = tracing::info_span!("request", request.id = context.id(), request.path = context.path());
    request.extensions_mut().insert(context.clone());
    let method = request.method().clone();
    async {
        let mut answered = next.call(request).await;
        match &mut answered {
            Ok(response) => {
                if let Ok(id) = HeaderValue::from_str(context.id()) {
                    response.headers_mut().insert(X_REQUEST_ID, id);
                }
                let route = response.request().match_pattern();
                record(&method, route, response.status().as_u16(), began);
            }
            Err(error) => record(&method, None, error.as_response_error().status_code().as_u16(), began),
        }
        answered
    }
    .instrument(span)
    .await
}

fn record(method: &Method, route: Option<String>, status: u16, began: Instant) {
    let took = began.elapsed();
    let method = known(method);
    // Unknown paths share a name: callers must not be able to make up metrics.
    let route = route.unwrap_or_else(|| "unknown".to_owned());
    let millis = took.as_secs_f64() * 1000.0;
    if route.starts_with("/health/") || route == "/metrics" {
        tracing::debug!(http.method = method, http.route = route, http.status = status, millis, "answered");
    } else {
        tracing::info!(http.method = method, http.route = route, http.status = status, millis, "answered");
    }
    let labels = [("method", method.into()), ("route", route.into()), ("status", status.to_string().into())];
    let labels = labels.map(|(name, value): (_, metrics::SharedString)| metrics::Label::new(name, value));
    metrics::histogram!(HTTP_REQUESTS_SECONDS, labels.to_vec()).record(took);
}

/// The usual methods by their names, whatever else a caller makes up as one.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}
