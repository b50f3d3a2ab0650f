//! The queue of jobs: `jobs`.

use application::jobs::{Job, JobFilter, JobKey, JobOutcome, JobQueue, JobView, TakenJob};
use async_trait::async_trait;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Jsonb, Nullable, Text, Timestamptz};
use kernel::{StoreError, Timestamp};

use crate::connection::Connection;
use crate::database::Postgres;
use crate::schema::jobs;
use crate::sql::{Prepared, sql};
use crate::wake_ups::Channel;

const ENQUEUE: &str = "INSERT INTO jobs (key, kind, envelope, due_at, created_at)
    SELECT key, kind, envelope, $4, $4
    FROM unnest($1, $2, $3) WITH ORDINALITY AS new (key, kind, envelope, nth) ORDER BY nth
    ON CONFLICT (key) DO NOTHING";
/// A job that is taken is due again when its lease runs out, so a lease is nothing but a later due time.
const TAKE: &str = "
    WITH due AS (
        SELECT position FROM jobs WHERE parked_at IS NULL AND due_at <= $1
        ORDER BY due_at, position LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET due_at = $2 FROM due WHERE jobs.position = due.position RETURNING jobs.*";
const HOLD: &str = "UPDATE jobs SET due_at = $2 WHERE key = ANY ($1) AND parked_at IS NULL";
const FORGET: &str = "DELETE FROM jobs WHERE key = ANY ($1)";
const FAIL: &str = "UPDATE jobs SET due_at = $2, tries = $3, last_error = $4, parked_at = $5 WHERE key = $1";
const LIST: &str = "SELECT * FROM jobs ORDER BY position LIMIT $1";
const LIST_PARKED: &str = "SELECT * FROM jobs WHERE parked_at IS NOT NULL ORDER BY position LIMIT $1";
const RETRY_PARKED: &str = "UPDATE jobs SET parked_at = NULL, tries = 0, last_error = NULL, due_at = $2
    WHERE parked_at IS NOT NULL AND ($1 IS NULL OR key = $1)";

#[async_trait]
impl JobQueue for Postgres {
    async fn enqueue(&self, jobs: &[Job], now: Timestamp) -> Result<(), StoreError> {
        if jobs.is_empty() {
            return Ok(());
        }
        let envelopes: Result<Vec<_>, _> =
            jobs.iter().map(|job| serde_json::to_value(&job.envelope)).collect();
        let enqueue = sql(ENQUEUE)
            .bind::<Array<Text>, _>(jobs.iter().map(|job| job.key().as_str().to_owned()).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(jobs.iter().map(|job| job.kind.to_string()).collect::<Vec<_>>())
            .bind::<Array<Jsonb>, _>(envelopes.map_err(|error| StoreError::corrupt(error.to_string()))?)
            .bind::<Timestamptz, _>(now);
        let mut connection = self.connection().await?;
        connection.change(enqueue).await?;
        wake_runners(&mut connection).await;
        Ok(())
    }

    async fn take(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<TakenJob>, StoreError> {
        let take = sql(TAKE)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(now + lease)
            .bind::<BigInt, _>(limit);
        let mut taken: Vec<JobRow> = self.connection().await?.list(Prepared(take)).await?;
        // RETURNING promises no order.
        taken.sort_unstable_by_key(|row| row.position);
        Ok(taken
            .into_iter()
            .filter_map(|row| Some(TakenJob { job: row.job()?, tries: row.tries() }))
            .collect())
    }

    async fn hold(&self, jobs: &[JobKey], until: Timestamp) -> Result<(), StoreError> {
        let hold = sql(HOLD).bind::<Array<Text>, _>(texts(jobs)).bind::<Timestamptz, _>(until);
        self.connection().await?.change(hold).await.map(drop)
    }

    async fn finish(&self, outcomes: &[(JobKey, JobOutcome)]) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut done = Vec::new();
        for (key, outcome) in outcomes {
            match outcome {
                JobOutcome::Done => done.push(key.clone()),
                JobOutcome::Retry { at, tries, error } => {
                    fail(&mut connection, key, *at, *tries, error, None).await?;
                }
                JobOutcome::Parked { at, tries, error } => {
                    fail(&mut connection, key, *at, *tries, error, Some(*at)).await?;
                }
            }
        }
        if !done.is_empty() {
            connection.change(sql(FORGET).bind::<Array<Text>, _>(texts(&done))).await?;
        }
        Ok(())
    }

    async fn list(&self, filter: JobFilter, limit: i64) -> Result<Vec<JobView>, StoreError> {
        let list = match filter {
            JobFilter::All => LIST,
            JobFilter::Failed => LIST_PARKED,
        };
        let list = sql(list).bind::<BigInt, _>(limit);
        let rows: Vec<JobRow> = self.connection().await?.list(Prepared(list)).await?;
        Ok(rows.into_iter().filter_map(JobRow::view).collect())
    }

    async fn retry_parked(&self, only: Option<&JobKey>, now: Timestamp) -> Result<u64, StoreError> {
        let retry =
            sql(RETRY_PARKED).bind::<Nullable<Text>, _>(only.map(JobKey::as_str)).bind::<Timestamptz, _>(now);
        let mut connection = self.connection().await?;
        let retried = connection.change(retry).await?;
        wake_runners(&mut connection).await;
        Ok(retried.try_into().unwrap_or(u64::MAX))
    }

    async fn changed(&self) {
        self.wake_ups().changed(Channel::Jobs).await;
    }
}

/// Tells all nodes that there are jobs; they would find them by themselves, only later.
async fn wake_runners(connection: &mut Connection) {
    if let Err(error) = connection.control(Channel::Jobs.notify()).await {
        tracing::debug!(%error, "those who run jobs could not be woken and will look by themselves");
    }
}

/// Records a failure; a job that is gone stays gone.
async fn fail(
    connection: &mut Connection,
    key: &JobKey,
    at: Timestamp,
    tries: u32,
    error: &str,
    parked_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let fail = sql(FAIL)
        .bind::<Text, _>(key.as_str())
        .bind::<Timestamptz, _>(at)
        .bind::<diesel::sql_types::Integer, _>(i32::try_from(tries).unwrap_or(i32::MAX))
        // An error may quote anything, but PostgreSQL keeps no NUL.
        .bind::<Text, _>(error.replace('\0', "\u{fffd}"))
        .bind::<Nullable<Timestamptz>, _>(parked_at);
    connection.change(fail).await.map(drop)
}

fn texts(keys: &[JobKey]) -> Vec<String> {
    keys.iter().map(|key| key.as_str().to_owned()).collect()
}

/// A row of `jobs`.
#[derive(QueryableByName)]
#[diesel(table_name = jobs)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct JobRow {
    position: i64,
    key: String,
    kind: String,
    envelope: serde_json::Value,
    tries: i32,
    due_at: Timestamp,
    last_error: Option<String>,
    parked_at: Option<Timestamp>,
}

impl JobRow {
    fn tries(&self) -> u32 {
        self.tries.try_into().unwrap_or(0)
    }

    /// `None`, and a line in the log, for a job that this version can't read (a newer one queued it): it
    /// stays in the queue until a version comes that can.
    fn job(&self) -> Option<Job> {
        let kind = self.kind.parse().inspect_err(|error| {
            tracing::error!(job.key = self.key, %error, "a job in the queue is of an unknown kind");
        });
        let envelope = serde_json::from_value(self.envelope.clone()).inspect_err(|error| {
            tracing::error!(job.key = self.key, %error, "the event of a job in the queue can't be read");
        });
        Some(Job { kind: kind.ok()?, envelope: envelope.ok()? })
    }

    fn view(self) -> Option<JobView> {
        Some(JobView {
            job: self.job()?,
            tries: self.tries(),
            due_at: self.parked_at.is_none().then_some(self.due_at),
            last_error: self.last_error,
            key: JobKey::new(self.key),
        })
    }
}
