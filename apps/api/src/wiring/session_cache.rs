//! A short memory of which sessions are live, so that a busy client doesn't cost a look-up per request.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use auth::SessionDirectory;
use kernel::{SessionId, StoreError, Timestamp};
use moka::future::Cache;

/// Remembers for half a second: a session that ends takes its access tokens with it within a second.
pub struct CachedSessions {
    directory: Arc<dyn SessionDirectory>,
    live: Cache<SessionId, bool>,
}

impl CachedSessions {
    const REMEMBERED_FOR: Duration = Duration::from_millis(500);
    const MOST: u64 = 100_000;

    /// A cache before `directory`.
    pub fn new(directory: Arc<dyn SessionDirectory>) -> Self {
        let live = Cache::builder().max_capacity(Self::MOST).time_to_live(Self::REMEMBERED_FOR).build();
        Self { directory, live }
    }

    /// Forgets a session at once, where its end is heard of.
    pub async fn forget(&self, session: SessionId) {
        self.live.invalidate(&session).await;
    }
}

#[async_trait]
impl SessionDirectory for CachedSessions {
    async fn is_live(&self, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        let look_up = self.directory.is_live(id, now);
        // Callers who ask for the same session at once share one look-up, and its failure.
        self.live.try_get_with(id, look_up).await.map_err(StoreError::unavailable)
    }
}
