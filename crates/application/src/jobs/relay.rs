//! From the outbox to the queue.

use std::sync::Arc;

use chrono::TimeDelta;
use kernel::EventId;

use super::job::Job;
use super::port::{JobQueue, OutboxFeed};
use crate::Error;
use crate::environment::Environment;

/// Moves events from the outbox to the queue. Several may run side by side.
pub struct Relay {
    pub feed: Arc<dyn OutboxFeed>,
    pub queue: Arc<dyn JobQueue>,
    pub environment: Environment,
}

impl Relay {
    /// How many events are moved at once.
    const BATCH: i64 = 100;
    /// How long events are held; a relay that dies frees them after that.
    const LEASE: TimeDelta = TimeDelta::seconds(4);

    /// Moves one batch; answers how many events it held.
    pub async fn run_once(&self) -> Result<usize, Error> {
        let now = self.environment.now();
        let events = self.feed.lease(Self::BATCH, now, Self::LEASE).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let jobs: Vec<Job> = events.iter().flat_map(Job::following).collect();
        self.queue.enqueue(&jobs, now).await?;
        // Dying here means that the events are queued once more, which the queue sees by their keys.
        let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
        self.feed.delivered(&ids).await?;
        Ok(events.len())
    }
}
