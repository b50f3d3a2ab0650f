//! The book of days: `schedule_runs`.

use application::schedule::{ClaimDay, ScheduleRuns};
use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Text, Timestamptz};
use kernel::{StoreError, Timestamp};

use crate::database::Postgres;
use crate::schema::schedule_runs;
use crate::sql::sql;

/// Takes a day that is free, was claimed by the same owner, or whose claim ran out.
const CLAIM: &str = "INSERT INTO schedule_runs (day, owner, claimed_until) VALUES ($1, $2, $4)
    ON CONFLICT (day) DO UPDATE SET owner = excluded.owner, claimed_until = excluded.claimed_until
    WHERE schedule_runs.finished_at IS NULL
        AND (schedule_runs.owner = excluded.owner OR schedule_runs.claimed_until <= $3)";

#[async_trait]
impl ScheduleRuns for Postgres {
    async fn claim(
        &self,
        day: NaiveDate,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ClaimDay, StoreError> {
        let claim = sql(CLAIM)
            .bind::<Date, _>(day)
            .bind::<Text, _>(owner)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(until);
        let mut connection = self.connection().await?;
        if connection.change(claim).await? == 1 {
            return Ok(ClaimDay::Claimed);
        }
        let is_finished = schedule_runs::table.find(day).select(schedule_runs::finished_at.is_not_null());
        let is_finished: bool = connection.get(is_finished).await?;
        Ok(if is_finished { ClaimDay::Finished } else { ClaimDay::Busy })
    }

    async fn finish(&self, day: NaiveDate, now: Timestamp) -> Result<(), StoreError> {
        let unfinished = schedule_runs::table.find(day).filter(schedule_runs::finished_at.is_null());
        let finish = diesel::update(unfinished).set(schedule_runs::finished_at.eq(Some(now)));
        self.connection().await?.change(finish).await.map(drop)
    }
}
