//! `PATCH /notifications/{id}`: one has seen it.

use actix_web::web::Data;
use application::notifications::ReadNotifications;
use kernel::NotificationId;

use super::answers::NotificationAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// Marks a notification of one's own as read.
///
/// Refuses with `NOTIFICATION_NOT_FOUND`.
#[utoipa::path(patch, path = "/notifications/{id}", tag = "notifications",
    params(("id" = schema::Id, Path)), security(("bearer" = [])),
    responses((status = 200, body = NotificationAnswer)))]
pub async fn read_notification(
    caller: Caller,
    PathId(id): PathId<NotificationId>,
    notifications: Data<ReadNotifications>,
) -> Result<Json<NotificationAnswer>, ApiError> {
    let read = notifications.mark_read(id, caller.user).await?;
    Ok(Json(NotificationAnswer::from(&read)))
}
