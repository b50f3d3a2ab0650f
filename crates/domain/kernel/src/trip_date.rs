//! The day of a trip.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

use crate::clock::{Timestamp, seoul, seoul_day};

/// A calendar day in Asia/Seoul. On the wire it's that day's midnight in Seoul, as a UTC time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TripDate(NaiveDate);

/// A text that names no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date (2031-05-06) or a date-time (2031-05-05T15:00:00.000Z) in the years 1970 to 9998")]
pub struct InvalidTripDate;

impl TripDate {
    /// The day itself.
    pub const fn day(self) -> NaiveDate {
        self.0
    }

    /// Midnight in Seoul, at which the day begins.
    pub fn midnight(self) -> Timestamp {
        let midnight = self.0.and_time(NaiveTime::MIN);
        seoul().from_local_datetime(&midnight).single().map_or(DateTime::<Utc>::MIN_UTC, |at| at.to_utc())
    }

    /// The day that it is in Seoul at `at`.
    pub fn today(at: Timestamp) -> Self {
        Self(seoul_day(at))
    }

    /// The day that lies `days` later.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Self {
        Self(self.0.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
    }

    /// The day that lies `days` earlier.
    #[must_use]
    pub fn minus_days(self, days: u64) -> Self {
        Self(self.0.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN))
    }
}

impl From<NaiveDate> for TripDate {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl TryFrom<&str> for TripDate {
    type Error = InvalidTripDate;

    fn try_from(text: &str) -> Result<Self, InvalidTripDate> {
        use chrono::Datelike;
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .or_else(|_| DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&seoul()).date_naive()))
            // Without an offset it's a time in Seoul.
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|at| at.date()))
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map(|at| at.date()))
            .map_err(|_| InvalidTripDate)?;
        (1970..=9998).contains(&day.year()).then_some(Self(day)).ok_or(InvalidTripDate)
    }
}

impl fmt::Display for TripDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_and_the_clients_midnight_mean_the_same_day() {
        let by_date = TripDate::try_from("2031-05-06").unwrap();
        let by_time = TripDate::try_from("2031-05-05T15:00:00.000Z").unwrap();
        assert_eq!(by_date, by_time);
        assert_eq!(by_date.midnight().to_rfc3339(), "2031-05-05T15:00:00+00:00");
    }

    #[test]
    fn a_time_without_an_offset_is_one_in_seoul() {
        for text in ["2031-05-06T00:00", "2031-05-06T23:59:59", "2031-05-06T12:00:00.000"] {
            assert_eq!(TripDate::try_from(text).unwrap().to_string(), "2031-05-06");
        }
    }

    #[test]
    fn the_day_is_the_one_in_seoul() {
        assert_eq!(TripDate::try_from("2031-05-05T14:59:59Z").unwrap().to_string(), "2031-05-05");
        assert_eq!(TripDate::try_from("2031-05-05T23:00:00-08:00").unwrap().to_string(), "2031-05-06");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in ["", "tomorrow", "2031-02-30", "2031-13-01", "99999-01-01", "2031-05-06T25:00:00Z"] {
            assert_eq!(TripDate::try_from(bad), Err(InvalidTripDate), "{bad}");
        }
    }
}
