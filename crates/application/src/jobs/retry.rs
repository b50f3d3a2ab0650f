//! When a job that failed is tried again.

use chrono::TimeDelta;
use kernel::Timestamp;

use super::port::JobOutcome;
use crate::Error;

/// Five tries with exponential back-off and jitter, then parked.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// How often a job is tried before it's parked.
    pub tries: u32,
    /// The pause after the first failure; each further one is [`Self::FACTOR`] times as long.
    pub first_pause: TimeDelta,
    /// The pause while something that the job needs is down.
    pub outage_pause: TimeDelta,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { tries: 5, first_pause: TimeDelta::seconds(1), outage_pause: TimeDelta::seconds(2) }
    }
}

impl RetryPolicy {
    const FACTOR: i32 = 4;

    /// What becomes of a job that failed after `tries` earlier failures. A store or a provider that is
    /// down is not the job's fault: such failures don't count, or an outage would park every job.
    /// `jitter` is from 0 to 1.
    pub fn after_failure(&self, tries: u32, error: &Error, now: Timestamp, jitter: f64) -> JobOutcome {
        if error.is_unavailable() {
            let at = now + stretched(self.outage_pause, jitter);
            return JobOutcome::Retry { at, tries, error: error.to_string() };
        }
        let (tries, error) = (tries + 1, error.to_string());
        if tries >= self.tries {
            return JobOutcome::Parked { at: now, tries, error };
        }
        let pause = (1..tries).fold(self.first_pause, |pause, _| pause * Self::FACTOR);
        JobOutcome::Retry { at: now + stretched(pause, jitter), tries, error }
    }
}

/// `pause`, up to half as long again.
fn stretched(pause: TimeDelta, jitter: f64) -> TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "at most half of a per-mille")]
    let per_mille = (jitter.clamp(0.0, 1.0) * 500.0) as i32;
    pause + pause * per_mille / 1000
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use kernel::StoreError;

    use super::*;

    fn pause_after(tries: u32, error: &Error) -> Option<i64> {
        let now = DateTime::UNIX_EPOCH;
        match RetryPolicy::default().after_failure(tries, error, now, 0.0) {
            JobOutcome::Retry { at, .. } => Some((at - now).num_seconds()),
            JobOutcome::Done | JobOutcome::Parked { .. } => None,
        }
    }

    #[test]
    fn a_failing_job_waits_longer_each_time_and_is_parked_after_five_tries() {
        let broken = StoreError::corrupt("a test").into();
        let pauses: Vec<_> = (0..5).map(|tries| pause_after(tries, &broken)).collect();
        assert_eq!(pauses, [Some(1), Some(4), Some(16), Some(64), None]);
    }

    #[test]
    fn an_outage_never_parks_a_job() {
        let down = StoreError::unavailable("down").into();
        assert_eq!(pause_after(4, &down), Some(2));
        let outcome = RetryPolicy::default().after_failure(4, &down, DateTime::UNIX_EPOCH, 0.0);
        assert!(matches!(outcome, JobOutcome::Retry { tries: 4, .. }));
    }
}
