//! A notification.

use kernel::StoreError;
use kernel::enums::Named;
use mongodb::bson::{Bson, DateTime, Uuid, deserialize_from_bson, serialize_to_bson};
use notification::{NewNotification, Notification, NotificationEvent, NotificationParts, Payload};
use serde::{Deserialize, Serialize};

use super::{at, id, impossible, millis, stored};

/// A notification. Only `isRead` and `updatedAt` ever change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationDocument {
    #[serde(rename = "_id")]
    pub id: Uuid,
    pub user: Uuid,
    pub source: String,
    pub event: String,
    pub payload: Bson,
    pub is_read: bool,
    pub created_at: DateTime,
    pub updated_at: DateTime,
}

impl NotificationDocument {
    pub(crate) fn new(notification: &Notification) -> Result<Self, StoreError> {
        let parts = notification.parts();
        let payload = serialize_to_bson(&notification.payload().to_json());
        Ok(Self {
            id: stored(parts.new.id.to_uuid()),
            user: stored(parts.new.user.to_uuid()),
            source: parts.new.source.clone(),
            event: notification.event().to_string(),
            payload: payload.map_err(StoreError::unavailable)?,
            is_read: parts.is_read,
            created_at: millis(parts.created_at),
            updated_at: millis(parts.updated_at),
        })
    }

    pub(crate) fn notification(self) -> Result<Notification, StoreError> {
        let event = NotificationEvent::parse(&self.event).map_err(|_| impossible("event", self.id))?;
        let payload = deserialize_from_bson(self.payload).ok();
        let payload = payload.and_then(|payload| Payload::from_json(event, &payload));
        Ok(Notification::restore(NotificationParts {
            new: NewNotification {
                id: id(self.id),
                user: id(self.user),
                payload: payload.ok_or_else(|| impossible("payload", self.id))?,
                source: self.source,
            },
            is_read: self.is_read,
            created_at: at(self.created_at),
            updated_at: at(self.updated_at),
        }))
    }
}
