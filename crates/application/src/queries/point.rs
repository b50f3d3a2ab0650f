//! A user's log of coconuts.

use async_trait::async_trait;
use kernel::{Page, PointEntryId, PointEvent, StoreError, Timestamp, UserId};

/// A movement on a user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointEntryView {
    pub id: PointEntryId,
    pub user: UserId,
    pub event: PointEvent,
    /// Signed: what came in is above zero.
    pub value: i64,
    pub created_at: Timestamp,
}

/// Reads of coconuts.
#[async_trait]
pub trait PointQueries: Send + Sync {
    /// The entries of the user's account, newest first.
    async fn log(&self, user: UserId, page: Page) -> Result<Vec<PointEntryView>, StoreError>;
}
