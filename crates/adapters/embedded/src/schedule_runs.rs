//! The book of days: which were run, and who is at one. Several processes can share one file (a command
//! run beside the server), so it's kept here rather than in memory.

use application::schedule::{ClaimDay, ScheduleRuns};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{StoreError, Timestamp};
use rusqlite::params;

use crate::database::{Durability, Sqlite};
use crate::row::{self, millis};

/// Takes a day that is free, was claimed by the same owner, or whose claim ran out.
const CLAIM: &str = "INSERT INTO schedule_runs (day, owner, claimed_until) VALUES (?1, ?2, ?4)
    ON CONFLICT (day) DO UPDATE SET owner = excluded.owner, claimed_until = excluded.claimed_until
    WHERE finished_at IS NULL AND (owner = excluded.owner OR claimed_until <= ?3)";

#[async_trait]
impl ScheduleRuns for Sqlite {
    async fn claim(
        &self,
        day: NaiveDate,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ClaimDay, StoreError> {
        let owner = owner.to_owned();
        self.write(Durability::Relaxed, move |connection| {
            if row::change(connection, CLAIM, params![day, owner, millis(now), millis(until)])? == 1 {
                return Ok(ClaimDay::Claimed);
            }
            let is_finished = "SELECT finished_at IS NOT NULL FROM schedule_runs WHERE day = ?1";
            let is_finished: bool =
                connection.prepare_cached(is_finished)?.query_row([day], |row| row.get(0))?;
            Ok(if is_finished { ClaimDay::Finished } else { ClaimDay::Busy })
        })
        .await
    }

    async fn finish(&self, day: NaiveDate, now: Timestamp) -> Result<(), StoreError> {
        self.write(Durability::Full, move |connection| {
            row::change(
                connection,
                "UPDATE schedule_runs SET finished_at = ?2 WHERE day = ?1 AND finished_at IS NULL",
                params![day, millis(now)],
            )?;
            Ok(())
        })
        .await
    }
}
