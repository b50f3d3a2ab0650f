//! Time, as a port.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// A moment, in UTC, exact to the millisecond: that is what the API shows and what every store keeps.
pub type Timestamp = DateTime<Utc>;

/// Where the time comes from; tests move it.
///
/// An implementation MUST cut what it answers to whole milliseconds, so that a time that was stored
/// compares equal to the one that was handed in.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Korean time: nine hours ahead of UTC, without daylight saving since 1988.
pub fn seoul() -> FixedOffset {
    const NINE_HOURS: i32 = 9 * 3600;
    // `east_opt` refuses only offsets of a day or more.
    FixedOffset::east_opt(NINE_HOURS).unwrap_or(chrono::offset::Offset::fix(&Utc))
}

/// The calendar day that `at` falls on in Seoul.
pub fn seoul_day(at: Timestamp) -> NaiveDate {
    at.with_timezone(&seoul()).date_naive()
}
