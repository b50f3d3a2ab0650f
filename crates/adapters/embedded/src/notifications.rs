//! Notifications. Their ids are in the order of time, so lists are sorted by id alone.

use async_trait::async_trait;
use kernel::{NotificationId, Page, StoreError, Timestamp, UserId};
use notification::{
    AddNotification, DEFAULT_NEWEST, NewNotification, Notification, NotificationEvent, NotificationParts,
    NotificationStore, Payload,
};
use rusqlite::{Connection, Row, named_params, params};

use crate::database::{Durability, Sqlite};
use crate::row::{self, millis};

/// A query for whole notifications.
macro_rules! select_notifications {
    ($rest:literal) => {
        concat!("SELECT * FROM notifications ", $rest)
    };
}

#[async_trait]
impl NotificationStore for Sqlite {
    async fn add(&self, notification: &Notification) -> Result<AddNotification, StoreError> {
        let notification = notification.clone();
        self.write(Durability::Full, move |connection| {
            let added = insert(connection, notification.parts())?;
            Ok(if added == 1 { AddNotification::Added } else { AddNotification::AlreadyThere })
        })
        .await
    }

    async fn newest(&self, user: UserId, page: Option<Page>) -> Result<Vec<Notification>, StoreError> {
        let (limit, offset) = page.map_or((DEFAULT_NEWEST, 0), |page| (page.limit(), page.offset()));
        self.read(move |connection| {
            let mut notifications = row::list(
                connection,
                select_notifications!("WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3"),
                params![user.to_uuid(), limit, offset],
                read_notification,
            )?;
            notifications.reverse();
            Ok(notifications)
        })
        .await
    }

    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        self.read(move |connection| {
            row::find(connection, select_notifications!("WHERE id = ?1"), [id.to_uuid()], read_notification)
        })
        .await
    }

    async fn mark_read(
        &self,
        id: NotificationId,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        self.write(Durability::Full, move |connection| {
            row::change(
                connection,
                "UPDATE notifications SET is_read = 1, updated_at = ?3
                 WHERE id = ?1 AND user_id = ?2 AND is_read = 0",
                params![id.to_uuid(), user.to_uuid(), millis(at)],
            )?;
            row::find(
                connection,
                select_notifications!("WHERE id = ?1 AND user_id = ?2"),
                params![id.to_uuid(), user.to_uuid()],
                read_notification,
            )
        })
        .await
    }

    async fn after(
        &self,
        user: UserId,
        id: NotificationId,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError> {
        self.read(move |connection| {
            row::list(
                connection,
                select_notifications!("WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"),
                params![user.to_uuid(), id.to_uuid(), limit],
                read_notification,
            )
        })
        .await
    }
}

/// Adds the notification unless there is one of the same source, user and event; answers how many it
/// added.
fn insert(connection: &Connection, notification: &NotificationParts) -> rusqlite::Result<usize> {
    let new = &notification.new;
    row::change(
        connection,
        "INSERT INTO notifications (id, user_id, source, event, payload, is_read, created_at, updated_at)
         VALUES (:id, :user, :source, :event, :payload, :is_read, :created_at, :updated_at)
         ON CONFLICT DO NOTHING",
        named_params! {
            ":id": new.id.to_uuid(),
            ":user": new.user.to_uuid(),
            ":source": new.source,
            ":event": new.payload.event().to_string(),
            ":payload": new.payload.to_json().to_string(),
            ":is_read": notification.is_read,
            ":created_at": millis(notification.created_at),
            ":updated_at": millis(notification.updated_at),
        },
    )
}

fn read_notification(row: &Row<'_>) -> rusqlite::Result<Notification> {
    let event: NotificationEvent = row::named(row, "event")?;
    Ok(Notification::restore(NotificationParts {
        new: NewNotification {
            id: row::id(row, "id")?,
            user: row::id(row, "user_id")?,
            payload: row::parsed(row, "payload", |json: String| {
                let payload = serde_json::from_str(&json).ok();
                payload
                    .and_then(|payload| Payload::from_json(event, &payload))
                    .ok_or("not the payload of its event")
            })?,
            source: row.get("source")?,
        },
        is_read: row.get("is_read")?,
        created_at: row::at(row, "created_at")?,
        updated_at: row::at(row, "updated_at")?,
    }))
}
