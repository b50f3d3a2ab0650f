//! `goforme jobs`.

use application::jobs::{JobFilter, JobKey, JobView};
use clap::{Args, Subcommand};

use crate::wiring::Opened;

/// What can be done with jobs.
#[derive(Subcommand)]
pub(super) enum Jobs {
    /// Lists what waits to be done, the oldest first.
    List(List),
    /// Puts jobs that were given up back into the queue.
    Retry(Retry),
}

/// Which jobs to list.
#[derive(Args)]
pub(super) struct List {
    /// Only those that were given up.
    #[arg(long)]
    failed: bool,
    /// At most so many.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
}

/// Which jobs to retry.
#[derive(Args)]
pub(super) struct Retry {
    /// The key of one job, as `jobs list` shows it; without it, all that were given up.
    key: Option<String>,
}

impl Jobs {
    pub(super) async fn run(self, opened: &Opened) -> anyhow::Result<()> {
        match self {
            Self::List(list) => list.run(opened).await,
            Self::Retry(retry) => retry.run(opened).await,
        }
    }
}

impl List {
    async fn run(self, opened: &Opened) -> anyhow::Result<()> {
        let filter = if self.failed { JobFilter::Failed } else { JobFilter::All };
        // First, since events become jobs and not the other way round: none is missed between the two.
        let pending = opened.ports.feed.pending().await?;
        let jobs = opened.ports.queue.list(filter, self.limit).await?;
        for job in &jobs {
            println!("{}", line(job));
        }
        eprintln!("{} jobs, {pending} events in the outbox", jobs.len());
        Ok(())
    }
}

fn line(job: &JobView) -> String {
    let due = job.due_at.map_or_else(|| "given up".to_owned(), |at| format!("due {}", at.to_rfc3339()));
    let error = job.last_error.as_deref().unwrap_or("-");
    format!("{}  tries {}  {due}  {error}", job.key, job.tries)
}

impl Retry {
    async fn run(self, opened: &Opened) -> anyhow::Result<()> {
        let key = self.key.map(JobKey::new);
        let now = opened.ports.environment.now();
        let retried = opened.ports.queue.retry_parked(key.as_ref(), now).await?;
        println!("{retried} jobs were put back");
        Ok(())
    }
}
