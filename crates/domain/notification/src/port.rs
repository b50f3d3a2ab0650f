//! Where notifications are kept. Each method is one atomic step by itself; what is answered is durable.

use async_trait::async_trait;
use kernel::{NotificationId, Page, StoreError, Timestamp, UserId};

use crate::notification::Notification;

/// How many notifications are answered when no page is asked for.
pub const DEFAULT_NEWEST: i64 = 100;

/// The notifications. "Newer" means a higher id.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait NotificationStore: Send + Sync {
    /// Adds the notification, unless there is one with the same source, user and event; of several such
    /// at once only one may be added.
    async fn add(&self, notification: &Notification) -> Result<AddNotification, StoreError>;

    /// A page of the user's notifications, of which page 1 holds the newest; the newest
    /// [`DEFAULT_NEWEST`] without one. In either case the *oldest of these comes first*.
    async fn newest(&self, user: UserId, page: Option<Page>) -> Result<Vec<Notification>, StoreError>;

    /// The notification of that id.
    async fn find(&self, id: NotificationId) -> Result<Option<Notification>, StoreError>;

    /// Marks the user's notification as read, as [`Notification::mark_read`] does, and answers it as it
    /// is then; `None` if there is none or it's somebody else's.
    async fn mark_read(
        &self,
        id: NotificationId,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<Notification>, StoreError>;

    /// The first `limit` of the user's notifications that are newer than `id`, the oldest first. `id`
    /// need not be one that is stored.
    async fn after(
        &self,
        user: UserId,
        id: NotificationId,
        limit: i64,
    ) -> Result<Vec<Notification>, StoreError>;
}

/// What became of a notification.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddNotification {
    /// It is stored.
    Added,
    /// It had been added before; nothing has changed.
    AlreadyThere,
}
