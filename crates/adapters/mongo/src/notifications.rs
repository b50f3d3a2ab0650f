//! Notifications. Their ids are in the order of time, so lists are sorted by id alone.

use async_trait::async_trait;
use kernel::{NotificationId, Page, StoreError, Timestamp, UserId};
use mongodb::bson::{Document, doc};
use notification::{AddNotification, DEFAULT_NEWEST, Notification, NotificationStore};

use crate::documents::{NotificationDocument, millis, stored};
use crate::store::Mongo;

#[async_trait]
impl NotificationStore for Mongo {
    async fn add(&self, notification: &Notification) -> Result<AddNotification, StoreError> {
        let document = NotificationDocument::new(notification)?;
        let added = self.insert(&self.notifications().await?, &document).await?;
        Ok(if added { AddNotification::Added } else { AddNotification::AlreadyThere })
    }

    async fn newest(&self, user: UserId, page: Option<Page>) -> Result<Vec<Notification>, StoreError> {
        let (skip, limit) = page.map_or((0, DEFAULT_NEWEST), |page| (page.offset(), page.limit()));
        let mut newest =
            self.notifications_of(doc! { "user": stored(user.to_uuid()) }, -1, skip, limit).await?;
        newest.reverse();
        Ok(newest)
    }

    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        self.notification(doc! { "_id": stored(id.to_uuid()) }).await
    }

    async fn mark_read(
        &self,
        id: NotificationId,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        let own = doc! { "_id": stored(id.to_uuid()), "user": stored(user.to_uuid()) };
        let mut unread = own.clone();
        unread.insert("isRead", false);
        let mark = doc! { "$set": { "isRead": true, "updatedAt": millis(at) } };
        let notifications = self.notifications().await?;
        self.ask(notifications.update_one(unread, mark)).await?;
        self.notification(own).await
    }

    async fn after(
        &self,
        user: UserId,
        id: NotificationId,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError> {
        let newer = doc! { "user": stored(user.to_uuid()), "_id": { "$gt": stored(id.to_uuid()) } };
        self.notifications_of(newer, 1, 0, limit).await
    }
}

impl Mongo {
    async fn notification(&self, filter: Document) -> Result<Option<Notification>, StoreError> {
        let notifications = self.notifications().await?;
        let found = self.ask(notifications.find_one(filter)).await?;
        found.map(NotificationDocument::notification).transpose()
    }

    async fn notifications_of(
        &self,
        filter: Document,
        direction: i32,
        skip: i64,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError> {
        // For the server no limit is no limit.
        if limit <= 0 {
            return Ok(Vec::new());
        }
        let notifications = self.notifications().await?;
        let skip = u64::try_from(skip).unwrap_or(0);
        let find = notifications.find(filter).sort(doc! { "_id": direction }).skip(skip).limit(limit);
        self.list(find).await?.into_iter().map(NotificationDocument::notification).collect()
    }
}
