//! A job: one consumer's part of what follows from one event.

use std::fmt;

use kernel::{Envelope, Event};
use serde::{Deserialize, Serialize};

kernel::named_enum! {
    /// Which consumer a job is for. The names are stored; a retired one is still consumed.
    pub enum JobKind {
        /// The chat room of a confirmed plan opens.
        OpenRoom = "OPEN_ROOM",
        /// The chat room of a completed plan becomes read-only.
        DeactivateRoom = "DEACTIVATE_ROOM",
        /// Those whom it concerns are notified.
        Notify = "NOTIFY",
        /// A maker's statistics are counted again.
        CountStats = "COUNT_STATS",
    }
}

impl JobKind {
    /// The jobs that follow from `event`.
    pub fn following(event: &Event) -> &'static [Self] {
        match event {
            Event::QuoteConfirmed { .. } => &[Self::OpenRoom, Self::Notify, Self::CountStats],
            Event::PlanCompleted { .. } => &[Self::DeactivateRoom],
            Event::MakerAsked { .. }
            | Event::RequestRejected { .. }
            | Event::PendingPlanDeleted { .. }
            | Event::TripTomorrow { .. }
            | Event::QuoteSent { .. } => &[Self::Notify],
            Event::ReviewWritten { .. } | Event::FollowChanged { .. } => &[Self::CountStats],
        }
    }
}

/// Names a job for ever: `<event id>/<kind>`. Queueing a name twice makes one job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobKey(String);

impl JobKey {
    /// The key as a store or a person gave it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one consumer has to do about one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Which consumer.
    pub kind: JobKind,
    /// The event.
    pub envelope: Envelope,
}

impl Job {
    /// The jobs that follow from an event.
    pub fn following(envelope: &Envelope) -> Vec<Self> {
        let job = |kind: &JobKind| Self { kind: *kind, envelope: envelope.clone() };
        JobKind::following(&envelope.event).iter().map(job).collect()
    }

    /// The name of this job.
    pub fn key(&self) -> JobKey {
        JobKey(format!("{}/{}", self.envelope.id, self.kind))
    }
}
