//! Notifications in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use goforme_notification::testing::Store;
use goforme_notification::{AddNotification, DEFAULT_NEWEST, Notification, NotificationStore};
use kernel::{NotificationId, Page, StoreError, Timestamp, UserId};
use tokio::sync::Mutex;

pub fn store() -> Store {
    Arc::new(Memory::default())
}

#[derive(Default)]
struct Memory(Mutex<BTreeMap<NotificationId, Notification>>);

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

#[async_trait]
impl NotificationStore for Memory {
    async fn add(&self, notification: &Notification) -> Result<AddNotification, StoreError> {
        fn name(notification: &Notification) -> impl PartialEq {
            (notification.source().to_owned(), notification.user(), notification.event())
        }
        let mut all = self.0.lock().await;
        if all.values().any(|other| name(other) == name(notification)) {
            return Ok(AddNotification::AlreadyThere);
        }
        all.insert(notification.id(), notification.clone());
        Ok(AddNotification::Added)
    }

    async fn newest(&self, user: UserId, page: Option<Page>) -> Result<Vec<Notification>, StoreError> {
        let (offset, limit) = page.map_or((0, DEFAULT_NEWEST), |page| (page.offset(), page.limit()));
        let all = self.0.lock().await;
        let of_user = all.values().rev().filter(|notification| notification.user() == user);
        let mut found: Vec<_> = of_user.skip(size(offset)).take(size(limit)).cloned().collect();
        found.reverse();
        Ok(found)
    }

    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        Ok(self.0.lock().await.get(&id).cloned())
    }

    async fn mark_read(
        &self,
        id: NotificationId,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        let mut all = self.0.lock().await;
        Ok(all.get_mut(&id).filter(|notification| notification.user() == user).map(|notification| {
            notification.mark_read(at);
            notification.clone()
        }))
    }

    async fn after(
        &self,
        user: UserId,
        id: NotificationId,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError> {
        let all = self.0.lock().await;
        let newer = all.values().filter(|other| other.user() == user && other.id() > id);
        Ok(newer.take(size(limit)).cloned().collect())
    }
}
