//! A short memory of which sessions are live, so that a busy client doesn't cost a look-up per request.

use std::sync::Arc;
use std::time::Duration;

use application::bus::{Bus, Signal};
use async_trait::async_trait;
use auth::SessionDirectory;
use kernel::{SessionId, StoreError, Timestamp};
use moka::future::Cache;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

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

    /// Forgets the sessions whose end is heard of, also from other nodes, until the bus is gone.
    pub async fn listen(self: Arc<Self>, mut signals: Receiver<Arc<Signal>>) {
        loop {
            match signals.recv().await {
                Ok(signal) => self.hear(&signal).await,
                Err(RecvError::Lagged(_)) => self.live.invalidate_all(),
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn hear(&self, signal: &Signal) {
        match signal {
            Signal::SessionsEnded { sessions } => {
                for session in sessions {
                    self.live.invalidate(session).await;
                }
            }
            // The end of any session may be among what was lost.
            Signal::Missed => self.live.invalidate_all(),
            _ => {}
        }
    }
}

/// A bus on which the end of a session is known on this node before whoever ended it gets an answer.
pub(super) struct PromptBus {
    pub bus: Arc<dyn Bus>,
    pub sessions: Arc<CachedSessions>,
}

#[async_trait]
impl Bus for PromptBus {
    async fn publish(&self, signal: Signal) {
        self.sessions.hear(&signal).await;
        self.bus.publish(signal).await;
    }

    fn subscribe(&self) -> Receiver<Arc<Signal>> {
        self.bus.subscribe()
    }

    async fn close(&self) {
        self.bus.close().await;
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
