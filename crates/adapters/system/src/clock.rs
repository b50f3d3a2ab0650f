//! The time, as the machine tells it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kernel::{Clock, Timestamp};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the time comes from")]
    fn now(&self) -> Timestamp {
        DateTime::<Utc>::from(SystemTime::now()).trunc_subsecs(3)
    }
}

/// The machine's clock moved by an offset, which tests change while the process runs
/// (`APP_ENV=test` only). Time keeps flowing.
#[derive(Debug, Default)]
pub struct ShiftableClock {
    offset_millis: AtomicI64,
}

/// The offsets that can be set: a century each way keeps every sum within what a date can hold.
const FARTHEST_MILLIS: i64 = 100 * 366 * 24 * 3600 * 1000;

impl ShiftableClock {
    /// The machine's clock moved by `offset`, at most by a century.
    pub fn new(offset: TimeDelta) -> Self {
        Self { offset_millis: AtomicI64::new(within_reach(offset.num_milliseconds())) }
    }

    /// Moves the clock by `by`, back if that is negative, and tells what time it is then.
    pub fn advance(&self, by: TimeDelta) -> Timestamp {
        let moved = |offset: i64| Some(within_reach(offset.saturating_add(by.num_milliseconds())));
        // The closure always answers, so there is no failure to look at.
        let _ = self.offset_millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
        self.now()
    }

    /// How far this clock is ahead of the machine's.
    pub fn offset(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.offset_millis.load(Ordering::SeqCst))
    }
}

fn within_reach(millis: i64) -> i64 {
    millis.clamp(-FARTHEST_MILLIS, FARTHEST_MILLIS)
}

impl Clock for ShiftableClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.offset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_has_whole_milliseconds() {
        for clock in [&SystemClock as &dyn Clock, &ShiftableClock::default()] {
            assert_eq!(clock.now().timestamp_subsec_nanos() % 1_000_000, 0);
        }
    }

    #[test]
    fn a_clock_that_was_handed_an_offset_starts_there_and_moves_on() {
        let clock = ShiftableClock::new(TimeDelta::days(7));
        assert!(clock.now() - SystemClock.now() > TimeDelta::days(7) - TimeDelta::minutes(1));
        let later = clock.advance(TimeDelta::hours(1));
        assert!(later - SystemClock.now() > TimeDelta::days(7) + TimeDelta::minutes(59));
        assert_eq!(clock.offset(), TimeDelta::days(7) + TimeDelta::hours(1));
    }

    #[test]
    fn an_absurd_move_stops_at_a_century() {
        let clock = ShiftableClock::new(TimeDelta::MAX);
        clock.advance(TimeDelta::MAX);
        assert!(clock.offset() < TimeDelta::days(37_000));
        assert!(ShiftableClock::new(TimeDelta::MIN).now() < SystemClock.now());
    }
}
