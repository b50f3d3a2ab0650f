//! Reading notifications. They are written by a consumer: see `consumers::Notify`.

use std::sync::Arc;

use kernel::{NotificationId, Page, UserId};
use notification::{Notification, NotificationRefusal, NotificationStore};

use crate::Error;
use crate::environment::Environment;

/// What a user may do with their notifications.
pub struct ReadNotifications {
    pub notifications: Arc<dyn NotificationStore>,
    pub environment: Environment,
}

impl ReadNotifications {
    /// `GET /notifications`: a page, or the newest, oldest first.
    pub async fn list(&self, user: UserId, page: Option<Page>) -> Result<Vec<Notification>, Error> {
        Ok(self.notifications.newest(user, page).await?)
    }

    /// `PATCH /notifications/{id}`: marks one's own notification as read.
    pub async fn mark_read(&self, id: NotificationId, user: UserId) -> Result<Notification, Error> {
        let read = self.notifications.mark_read(id, user, self.environment.now()).await?;
        Ok(read.ok_or(NotificationRefusal::NotFound)?)
    }
}
