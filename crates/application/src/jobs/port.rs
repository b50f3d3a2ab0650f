//! The ports of the outbox's far end and of the queue.

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{Envelope, EventId, StoreError, Timestamp};

use super::job::{Job, JobKey};

/// The outbox, seen by the relay.
#[async_trait]
pub trait OutboxFeed: Send + Sync {
    /// Leases the oldest events that nobody holds, oldest first. MUST NOT lease an event while an earlier
    /// one of the same aggregate is held by somebody else, and MUST offer an event again once its lease
    /// has run out without [`OutboxFeed::delivered`].
    async fn lease(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<Envelope>, StoreError>;

    /// Forgets events that have reached the queue.
    async fn delivered(&self, events: &[EventId]) -> Result<(), StoreError>;

    /// How many events wait.
    async fn pending(&self) -> Result<i64, StoreError>;

    /// Returns when there may be something new; may return early, and may miss something, so that the
    /// caller looks from time to time anyway.
    async fn changed(&self);
}

/// A job that was taken from the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenJob {
    pub job: Job,
    /// How often it has failed before.
    pub tries: u32,
}

/// What became of a job that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// Done: it's forgotten.
    Done,
    /// To be tried again.
    Retry {
        at: Timestamp,
        /// How often it has failed by now.
        tries: u32,
        error: String,
    },
    /// Given up until a person or the daily schedule puts it back.
    Parked { at: Timestamp, tries: u32, error: String },
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobFilter {
    /// All that are in the queue.
    All,
    /// Those that were given up.
    Failed,
}

/// A job, as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    pub key: JobKey,
    pub job: Job,
    pub tries: u32,
    /// When it may be taken next; `None` if it was given up.
    pub due_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

/// The queue of jobs: at least once, in about the order of queueing.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Queues jobs. A key that is in the queue already MUST NOT be queued twice.
    async fn enqueue(&self, jobs: &[Job], now: Timestamp) -> Result<(), StoreError>;

    /// Takes due jobs, the oldest first. Until `lease` has passed nobody else gets them; after that they
    /// are due again (whoever took them has died).
    async fn take(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<TakenJob>, StoreError>;

    /// Holds jobs that are still being worked on until `until`.
    async fn hold(&self, jobs: &[JobKey], until: Timestamp) -> Result<(), StoreError>;

    /// Records what became of jobs that were taken.
    async fn finish(&self, outcomes: &[(JobKey, JobOutcome)]) -> Result<(), StoreError>;

    /// The jobs, the oldest first.
    async fn list(&self, filter: JobFilter, limit: i64) -> Result<Vec<JobView>, StoreError>;

    /// Puts parked jobs (all, or the one named) back with a clean slate; answers how many.
    async fn retry_parked(&self, only: Option<&JobKey>, now: Timestamp) -> Result<u64, StoreError>;

    /// Returns when there may be something new to take; may return early or miss something.
    async fn changed(&self);
}
