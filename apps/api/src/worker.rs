//! The background work of a process: relaying events, doing jobs, the daily schedule, reconciling
//! payments. `goforme worker` does nothing else; with the embedded store `goforme serve` does it too.

use std::sync::Arc;
use std::time::Duration;

use application::Error;
use application::jobs::{JobQueue, JobRunner, OutboxFeed, Relay};
use application::payments::SettlePayment;
use application::schedule::DailySchedule;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long to wait for news before looking anyway: a wake-up may have been missed.
const POLL: Duration = Duration::from_millis(500);
/// How long to wait after a failure, typically of a store that is down.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How often to see whether midnight has passed.
const SCHEDULE_TICK: Duration = Duration::from_secs(1);
/// How often to ask the provider about payments that nobody completed.
const RECONCILE_TICK: Duration = Duration::from_mins(1);

/// What works in the background.
pub struct Worker {
    pub feed: Arc<dyn OutboxFeed>,
    pub queue: Arc<dyn JobQueue>,
    pub relay: Relay,
    pub runner: JobRunner,
    pub schedule: DailySchedule,
    pub settle: Arc<SettlePayment>,
}

impl Worker {
    /// Works until `shutdown`; what has begun by then is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let worker = Arc::new(self);
        let mut loops = JoinSet::new();
        loops.spawn(relay(Arc::clone(&worker), shutdown.clone()));
        loops.spawn(run_jobs(Arc::clone(&worker), shutdown.clone()));
        loops.spawn(keep_schedule(Arc::clone(&worker), shutdown.clone()));
        loops.spawn(reconcile(worker, shutdown.clone()));
        while let Some(ended) = loops.join_next().await {
            // What was cut off by the end of the process has not failed.
            if let Err(error) = ended
                && error.is_panic()
            {
                // The others go on; a process manager restarts what has exited, not what limps.
                tracing::error!(%error, "a background loop panicked; the process ends");
                shutdown.cancel();
            }
        }
    }
}

async fn relay(worker: Arc<Worker>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let moved = worker.relay.run_once().await;
        pause_unless_busy("relaying events", moved, worker.feed.changed(), &shutdown).await;
    }
}

async fn run_jobs(worker: Arc<Worker>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let done = worker.runner.run_once().await;
        pause_unless_busy("doing jobs", done, worker.queue.changed(), &shutdown).await;
    }
}

/// Waits for news, unless there was something to do: then there may be more.
async fn pause_unless_busy(
    what: &str,
    outcome: Result<usize, Error>,
    news: impl Future<Output = ()>,
    shutdown: &CancellationToken,
) {
    let pause = async {
        match outcome {
            Ok(0) => drop(timeout(POLL, news).await),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "{what} failed and will be tried again");
                sleep(AFTER_FAILURE).await;
            }
        }
    };
    tokio::select! {
        () = pause => {}
        () = shutdown.cancelled() => {}
    }
}

async fn keep_schedule(worker: Arc<Worker>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = worker.schedule.run_if_due().await {
            tracing::warn!(%error, "the daily schedule was not finished and will be tried again");
            shutdown.run_until_cancelled(sleep(AFTER_FAILURE)).await;
        }
        shutdown.run_until_cancelled(sleep(SCHEDULE_TICK)).await;
    }
}

async fn reconcile(worker: Arc<Worker>, shutdown: CancellationToken) {
    while shutdown.run_until_cancelled(sleep(RECONCILE_TICK)).await.is_some() {
        // May be cut anywhere: what a payment has become is recorded in one step.
        let reconciled = shutdown.run_until_cancelled(worker.settle.reconcile()).await;
        if let Some(Err(error)) = reconciled {
            tracing::warn!(%error, "payments could not be reconciled");
        }
    }
}
