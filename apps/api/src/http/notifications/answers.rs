//! How a notification is shown, here and on sockets.

use kernel::{NotificationId, UserId};
use notification::{Notification, NotificationEvent};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::json::Time;
use crate::http::schema;

/// Something that a user is told of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationAnswer {
    #[schema(value_type = schema::Id)]
    id: NotificationId,
    #[schema(value_type = schema::Id)]
    user_id: UserId,
    #[schema(value_type = schema::NotificationEvent)]
    event: NotificationEvent,
    /// `nickName` of the other side (but for SCHEDULE), `tripType` for ARRIVE_…, `planTitle` for REJECT_…
    /// and SCHEDULE.
    #[schema(value_type = Object, examples(json!({ "nickName": "제주바다", "tripType": "FESTIVAL" })))]
    payload: Value,
    is_read: bool,
    created_at: Time,
    updated_at: Time,
}

impl From<&Notification> for NotificationAnswer {
    fn from(notification: &Notification) -> Self {
        let parts = notification.parts();
        Self {
            id: notification.id(),
            user_id: notification.user(),
            event: notification.event(),
            payload: notification.payload().to_json(),
            is_read: parts.is_read,
            created_at: parts.created_at.into(),
            updated_at: parts.updated_at.into(),
        }
    }
}
