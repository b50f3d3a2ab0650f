//! `GET /notifications`: what one was told of.

use actix_web::web::Data;
use application::notifications::ReadNotifications;
use notification::DEFAULT_NEWEST;

use super::answers::NotificationAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, Paged};
use crate::http::json::Json;

/// One's own notifications, the oldest first.
///
/// Page 1 holds the newest.
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(Paged<DEFAULT_NEWEST>),
    security(("bearer" = [])), responses((status = 200, body = Vec<NotificationAnswer>)))]
pub async fn list_notifications(
    caller: Caller,
    Paged(page): Paged<DEFAULT_NEWEST>,
    notifications: Data<ReadNotifications>,
) -> Result<Json<Vec<NotificationAnswer>>, ApiError> {
    let newest = notifications.list(caller.user, Some(page)).await?;
    Ok(Json(newest.iter().map(NotificationAnswer::from).collect()))
}
