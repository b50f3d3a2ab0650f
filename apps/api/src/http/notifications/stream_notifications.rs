//! `GET /notifications/stream`: what one is told of, as it happens.

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use application::realtime::{NotificationFeed, NotificationFeeds};
use kernel::NotificationId;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use super::event_stream::EventStream;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, Query};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells nginx to pass on what it gets at once.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How a stream begins and looks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// The same as the header `Last-Event-ID`, for clients that can't set that one.
    last_event_id: Option<String>,
    /// What `data` holds.
    #[param(inline)]
    format: Option<Format>,
}

/// What `data` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One sentence in Korean; this is the default.
    #[default]
    Text,
    /// The notification as `GET /notifications` shows it.
    Json,
}

/// One's notifications as server-sent events, as they come.
///
/// An event has the notification's id as `id` and one Korean sentence as `data`. First come those after
/// `Last-Event-ID`, if that is sent; what isn't an id counts as not sent. `data: ping` comes every 40
/// seconds. The stream ends with the access token or its session, or when the user has opened ten newer
/// ones.
#[utoipa::path(get, path = "/notifications/stream", tag = "notifications", security(("bearer" = [])),
    params(StreamQuery, ("Last-Event-ID" = Option<String>, Header, description = "The last event seen.")),
    responses((status = 200, body = String, content_type = "text/event-stream", example = json!(
        ": connected\n\nid: 0197c1f0-7a3c-7e21-b1d5-3f8f0c2a9e11\ndata: 제주바다 Maker님의 견적이 확정되었습니다.\n\n"
    ))))]
pub async fn stream_notifications(
    caller: Caller,
    Query(query): Query<StreamQuery>,
    request: HttpRequest,
    feeds: Data<NotificationFeeds>,
    shutdown: Data<CancellationToken>,
) -> Result<HttpResponse, ApiError> {
    let last_seen = last_seen(&request, &query);
    let feeds = feeds.into_inner();
    let now = feeds.environment.now();
    let feed = NotificationFeed::open(feeds, caller.0, last_seen).await?;
    let events = EventStream::new(feed, query.format.unwrap_or_default(), now, (**shutdown).clone());
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((X_ACCEL_BUFFERING, "no"));
    Ok(response.streaming(events.into_stream()))
}

fn last_seen(request: &HttpRequest, query: &StreamQuery) -> Option<NotificationId> {
    let header = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    header.or_else(|| query.last_event_id.as_ref()?.parse().ok())
}
