//! Who runs the schedule of a day, and whether it was run.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{StoreError, Timestamp};

/// Whether the schedule of a day is for the caller to run.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimDay {
    /// It's the caller's, until the claim runs out.
    Claimed,
    /// Somebody else is at it.
    Busy,
    /// It was run.
    Finished,
}

/// The book of days.
#[async_trait]
pub trait ScheduleRuns: Send + Sync {
    /// Claims a day until `until`, or prolongs a claim of one's own (`owner`). Of several callers at
    /// once, one gets it. A claim that ran out (its owner has died) is free again.
    async fn claim(
        &self,
        day: NaiveDate,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ClaimDay, StoreError>;

    /// Notes that a day was run to its end.
    async fn finish(&self, day: NaiveDate, now: Timestamp) -> Result<(), StoreError>;
}
