//! Chance, another one each time: faults come when they come.

use std::hash::{BuildHasher, RandomState};
use std::ops::RangeInclusive;
use std::time::Duration;

/// A number below `count`.
pub fn below(count: usize) -> usize {
    let count = u64::try_from(count).unwrap();
    usize::try_from(RandomState::new().hash_one(()) % count).unwrap()
}

/// Some milliseconds within the range.
pub fn millis(range: RangeInclusive<usize>) -> Duration {
    let (from, to) = range.into_inner();
    Duration::from_millis(u64::try_from(from + below(to - from + 1)).unwrap())
}
