//! From the queue to the consumers.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use kernel::{Code, ErrorCode};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::consumer::Consumers;
use super::job::JobKey;
use super::port::{JobOutcome, JobQueue, TakenJob};
use super::retry::RetryPolicy;
use crate::Error;
use crate::environment::Environment;

/// Takes jobs and has them done. Several may run side by side.
pub struct JobRunner {
    pub queue: Arc<dyn JobQueue>,
    pub consumers: Consumers,
    pub environment: Environment,
    pub retry: RetryPolicy,
}

impl JobRunner {
    /// How many jobs are taken, and so done, at once: more of them would make a slow store slower, until all come
    /// too late and begin again.
    const BATCH: i64 = 16;
    /// How long jobs are held; what a killed process had taken is taken over after that.
    const LEASE: TimeDelta = TimeDelta::seconds(4);
    /// How often jobs that take long are held for longer.
    const HOLD_EVERY: Duration = Duration::from_millis(1500);

    /// Takes one batch and has it done; answers how many jobs it held.
    pub async fn run_once(&self) -> Result<usize, Error> {
        let taken = self.queue.take(Self::BATCH, self.environment.now(), Self::LEASE).await?;
        if taken.is_empty() {
            return Ok(0);
        }
        let count = taken.len();
        let keys: Vec<JobKey> = taken.iter().map(|taken| taken.job.key()).collect();
        let outcomes = self.holding(&keys, self.work(taken)).await;
        self.queue.finish(&outcomes).await?;
        Ok(count)
    }

    /// Awaits `work` and keeps the jobs held meanwhile.
    async fn holding<T>(&self, keys: &[JobKey], work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        let mut ticks = tokio::time::interval(Self::HOLD_EVERY);
        ticks.tick().await;
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick() => {
                    if let Err(error) = self.queue.hold(keys, self.environment.now() + Self::LEASE).await {
                        tracing::warn!(%error, "jobs that take long could not be held");
                    }
                }
            }
        }
    }

    /// Does the jobs: those of one aggregate one after the other, the others at the same time.
    async fn work(&self, taken: Vec<TakenJob>) -> Vec<(JobKey, JobOutcome)> {
        let mut by_aggregate: HashMap<Uuid, Vec<TakenJob>> = HashMap::new();
        for job in taken {
            by_aggregate.entry(job.job.envelope.event.aggregate()).or_default().push(job);
        }
        let mut running = JoinSet::new();
        for jobs in by_aggregate.into_values() {
            let (consumers, environment, retry) =
                (self.consumers.clone(), self.environment.clone(), self.retry);
            running.spawn(async move {
                let mut outcomes = Vec::with_capacity(jobs.len());
                for taken in jobs {
                    outcomes.push((taken.job.key(), attempt(&consumers, &environment, retry, &taken).await));
                }
                outcomes
            });
        }
        let mut outcomes = Vec::new();
        while let Some(finished) = running.join_next().await {
            match finished {
                Ok(group) => outcomes.extend(group),
                // Their leases run out and they are taken again.
                Err(error) => tracing::error!(%error, "jobs were cut off"),
            }
        }
        outcomes
    }
}

async fn attempt(
    consumers: &Consumers,
    environment: &Environment,
    retry: RetryPolicy,
    taken: &TakenJob,
) -> JobOutcome {
    let Err(error) = consume(consumers, taken).await else { return JobOutcome::Done };
    #[expect(clippy::cast_precision_loss, reason = "any number from 0 to 1 will do")]
    let jitter = RandomState::new().hash_one(taken.tries) as f64 / u64::MAX as f64;
    let outcome = retry.after_failure(taken.tries, &error, environment.now(), jitter);
    let (key, kind) = (taken.job.key(), taken.job.kind);
    if matches!(outcome, JobOutcome::Parked { .. }) {
        tracing::error!(job.key = %key, job.kind = %kind, %error, "a job was given up");
    } else {
        tracing::warn!(job.key = %key, job.kind = %kind, %error, "a job failed and will be tried again");
    }
    outcome
}

/// A consumer that panics has failed like any other; the rest of the batch is none the wiser.
async fn consume(consumers: &Consumers, taken: &TakenJob) -> Result<(), Error> {
    // What a consumer holds is shared through ports, which have to stand a caller that goes away anyway.
    let done = AssertUnwindSafe(consumers.consume(&taken.job)).catch_unwind().await;
    done.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().copied();
        let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Err(Panicked(said.unwrap_or("nothing").to_owned()).into())
    })
}

/// A consumer that panicked, and what it said.
#[derive(Debug, thiserror::Error)]
#[error("the consumer panicked: {0}")]
struct Panicked(String);

impl ErrorCode for Panicked {
    fn code(&self) -> Code {
        Code::internal("INTERNAL")
    }
}
