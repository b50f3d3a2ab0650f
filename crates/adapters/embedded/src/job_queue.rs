//! The queue of jobs. Its bookkeeping needs no waiting for the disk: what a power cut takes from it, it
//! takes from the outbox's end too (one write-ahead log, in order), and the relay queues it again.

use application::jobs::{Job, JobFilter, JobKey, JobKind, JobOutcome, JobQueue, JobView, TakenJob};
use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{Envelope, StoreError, Timestamp};
use rusqlite::{Connection, Row, named_params, params};

use crate::connection::Failure;
use crate::database::{Durability, Sqlite};
use crate::row::{self, millis};

/// A job that is taken is due again when its lease runs out, so a lease is nothing but a later due time.
const TAKE: &str = "UPDATE jobs SET due_at = :until WHERE position IN (
        SELECT position FROM jobs WHERE parked_at IS NULL AND due_at <= :now ORDER BY position LIMIT :limit)
    RETURNING position, key, kind, envelope, tries";

#[async_trait]
impl JobQueue for Sqlite {
    async fn enqueue(&self, jobs: &[Job], now: Timestamp) -> Result<(), StoreError> {
        if jobs.is_empty() {
            return Ok(());
        }
        let jobs = jobs.to_vec();
        self.write(Durability::Relaxed, move |connection| {
            jobs.iter().try_for_each(|job| insert(connection, job, now))
        })
        .await?;
        self.queued.notify_one();
        Ok(())
    }

    async fn take(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<TakenJob>, StoreError> {
        self.write(Durability::Relaxed, move |connection| {
            let params =
                named_params! { ":now": millis(now), ":until": millis(now + lease), ":limit": limit };
            let mut taken = row::list(connection, TAKE, params, read_taken)?;
            // RETURNING promises no order.
            taken.sort_unstable_by_key(|(position, _)| *position);
            Ok(taken.into_iter().filter_map(|(_, job)| job).collect())
        })
        .await
    }

    async fn hold(&self, jobs: &[JobKey], until: Timestamp) -> Result<(), StoreError> {
        let jobs = jobs.to_vec();
        self.write(Durability::Relaxed, move |connection| {
            for key in jobs {
                let params = params![key.as_str(), millis(until)];
                row::change(connection, "UPDATE jobs SET due_at = ?2 WHERE key = ?1", params)?;
            }
            Ok(())
        })
        .await
    }

    async fn finish(&self, outcomes: &[(JobKey, JobOutcome)]) -> Result<(), StoreError> {
        let outcomes = outcomes.to_vec();
        self.write(Durability::Relaxed, move |connection| {
            outcomes.iter().try_for_each(|(key, outcome)| record(connection, key, outcome))
        })
        .await
    }

    async fn list(&self, filter: JobFilter, limit: i64) -> Result<Vec<JobView>, StoreError> {
        let query = match filter {
            JobFilter::All => "SELECT * FROM jobs ORDER BY position LIMIT ?1",
            JobFilter::Failed => "SELECT * FROM jobs WHERE parked_at IS NOT NULL ORDER BY position LIMIT ?1",
        };
        self.read(move |connection| {
            let jobs = row::list(connection, query, [limit], read_view)?;
            Ok(jobs.into_iter().flatten().collect())
        })
        .await
    }

    async fn retry_parked(&self, only: Option<&JobKey>, now: Timestamp) -> Result<u64, StoreError> {
        let only = only.map(|key| key.as_str().to_owned());
        let retried = self
            .write(Durability::Relaxed, move |connection| {
                Ok(row::change(
                    connection,
                    "UPDATE jobs SET parked_at = NULL, tries = 0, last_error = NULL, due_at = ?2
                     WHERE parked_at IS NOT NULL AND (?1 IS NULL OR key = ?1)",
                    params![only, millis(now)],
                )?)
            })
            .await?;
        self.queued.notify_one();
        Ok(retried.try_into().unwrap_or(u64::MAX))
    }

    async fn changed(&self) {
        self.queued.notified().await;
    }
}

/// Queues the job unless its key is in the queue.
fn insert(connection: &Connection, job: &Job, now: Timestamp) -> Result<(), Failure> {
    let envelope = serde_json::to_string(&job.envelope).map_err(StoreError::unavailable)?;
    row::change(
        connection,
        "INSERT INTO jobs (key, kind, envelope, due_at, created_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (key) DO NOTHING",
        params![job.key().as_str(), job.kind.to_string(), envelope, millis(now)],
    )?;
    Ok(())
}

fn record(connection: &Connection, key: &JobKey, outcome: &JobOutcome) -> Result<(), Failure> {
    let key = key.as_str();
    match outcome {
        JobOutcome::Done => row::change(connection, "DELETE FROM jobs WHERE key = ?1", [key])?,
        JobOutcome::Retry { at, tries, error } => row::change(
            connection,
            "UPDATE jobs SET due_at = ?2, tries = ?3, last_error = ?4 WHERE key = ?1",
            params![key, millis(*at), tries, error],
        )?,
        JobOutcome::Parked { at, tries, error } => row::change(
            connection,
            "UPDATE jobs SET parked_at = ?2, tries = ?3, last_error = ?4 WHERE key = ?1",
            params![key, millis(*at), tries, error],
        )?,
    };
    Ok(())
}

/// The job with its position, or `None` instead of one that can't be read: it must not stop the others.
fn read_taken(row: &Row<'_>) -> rusqlite::Result<(i64, Option<TakenJob>)> {
    let (position, tries) = (row.get("position")?, row.get("tries")?);
    Ok((position, read_job(row).map(|job| TakenJob { job, tries })))
}

fn read_view(row: &Row<'_>) -> rusqlite::Result<Option<JobView>> {
    let Some(job) = read_job(row) else { return Ok(None) };
    let parked_at = row::at_or_null(row, "parked_at")?;
    let due_at = row::at(row, "due_at")?;
    Ok(Some(JobView {
        key: job.key(),
        job,
        tries: row.get("tries")?,
        due_at: parked_at.is_none().then_some(due_at),
        last_error: row.get("last_error")?,
    }))
}

/// `None`, and a line in the log, for a job that this version can't read (a newer one queued it): it
/// stays in the queue until a version comes that can.
fn read_job(row: &Row<'_>) -> Option<Job> {
    let kind = row::named::<JobKind>(row, "kind");
    let envelope = row::parsed(row, "envelope", |json: String| serde_json::from_str::<Envelope>(&json));
    kind.and_then(|kind| Ok(Job { kind, envelope: envelope? }))
        .inspect_err(|error| {
            let key = row.get::<_, String>("key").ok();
            tracing::error!(?key, %error, "a job in the queue can't be read");
        })
        .ok()
}
