//! Who does the jobs.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Code, Envelope, ErrorCode};

use super::job::{Job, JobKind};
use crate::Error;

/// Does the jobs of one kind. MUST be idempotent by the event's id, and MUST NOT rely on the order of
/// events.
#[async_trait]
pub trait Consumer: Send + Sync {
    /// Makes happen what follows from the event.
    async fn consume(&self, envelope: &Envelope) -> Result<(), Error>;
}

/// The consumers, by the kind of job they do.
#[derive(Clone, Default)]
pub struct Consumers(HashMap<JobKind, Arc<dyn Consumer>>);

impl Consumers {
    /// Adds the consumer of a kind.
    #[must_use]
    pub fn with(mut self, kind: JobKind, consumer: impl Consumer + 'static) -> Self {
        self.0.insert(kind, Arc::new(consumer));
        self
    }

    pub(super) async fn consume(&self, job: &Job) -> Result<(), Error> {
        let consumer = self.0.get(&job.kind).ok_or(NoConsumer(job.kind))?;
        consumer.consume(&job.envelope).await
    }
}

/// A job that nobody here can do.
#[derive(Debug, thiserror::Error)]
#[error("no consumer for {0} jobs")]
struct NoConsumer(JobKind);

impl ErrorCode for NoConsumer {
    fn code(&self) -> Code {
        Code::internal("INTERNAL")
    }
}
