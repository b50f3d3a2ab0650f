//! A clock that tests move, and ids that repeat from run to run.

#![expect(clippy::expect_used, reason = "for tests only")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::id::IdGenerator;

/// A clock that stands still until it's told to move.
#[derive(Debug)]
pub struct FakeClock(Mutex<Timestamp>);

impl FakeClock {
    /// A clock that stands at `at`, an RFC 3339 time.
    pub fn at(at: &str) -> Self {
        Self(Mutex::new(DateTime::parse_from_rfc3339(at).expect("an RFC 3339 time").to_utc()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("not poisoned") += by;
    }
}

impl Default for FakeClock {
    /// Noon in Seoul on a day in 2031.
    fn default() -> Self {
        Self::at("2031-01-15T03:00:00Z")
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("not poisoned")
    }
}

/// Ids 1, 2, 3 … in the form of UUIDv7s.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl IdGenerator for CountingIds {
    fn next_uuid(&self) -> Uuid {
        let next = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        uuid::Builder::from_unix_timestamp_millis(next, &[0; 10]).into_uuid()
    }
}
