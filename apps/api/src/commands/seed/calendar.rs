//! The days of the demo world.

use chrono::TimeDelta;
use kernel::{Timestamp, TripDate};

/// The day that is "today" in the demo world: all that has happened lies before its midnight in Seoul, so
/// that the world depends on the day alone and not on the hour at which it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorldDay(TripDate);

impl WorldDay {
    /// How long ago the first of its people signed up: some time before the first trip.
    const AGE_DAYS: u64 = 420;

    /// How many days ago people began to keep what they wrote and were told. Before that there are the
    /// trips themselves, with empty rooms.
    const MEMORY_DAYS: u64 = 120;

    /// The world as of the day that it is in Seoul at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(TripDate::today(now))
    }

    /// The world whose first people signed up at `founded`.
    pub fn of_world_founded(founded: Timestamp) -> Self {
        Self(TripDate::today(founded).plus_days(Self::AGE_DAYS))
    }

    /// When the first of its people signed up.
    pub fn founded(self) -> Timestamp {
        self.0.minus_days(Self::AGE_DAYS).midnight()
    }

    /// Whether what is written and told at that time is still there.
    pub fn remembers(self, at: Timestamp) -> bool {
        at >= self.0.minus_days(Self::MEMORY_DAYS).midnight()
    }

    /// The day that lies so many days after this one, or before it if that is negative.
    pub fn day(self, offset: i64) -> TripDate {
        let days = offset.unsigned_abs();
        if offset < 0 { self.0.minus_days(days) } else { self.0.plus_days(days) }
    }

    /// The midnight up to which everything has happened.
    pub fn midnight(self) -> Timestamp {
        self.0.midnight()
    }

    /// So many minutes into the day that lies `offset` days from this one.
    pub fn moment(self, offset: i64, minutes: i64) -> Timestamp {
        self.day(offset).midnight() + TimeDelta::minutes(minutes)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use kernel::testing::FakeClock;

    use super::*;

    #[test]
    fn the_day_is_known_from_when_the_world_was_founded() {
        let day = WorldDay::at(FakeClock::at("2031-01-15T16:00:00Z").now());
        assert_eq!(day.day(0).to_string(), "2031-01-16");
        assert_eq!(WorldDay::of_world_founded(day.founded()), day);
        assert_eq!(
            (day.day(-16).to_string(), day.day(16).to_string()),
            ("2030-12-31".into(), "2031-02-01".into())
        );
    }
}
