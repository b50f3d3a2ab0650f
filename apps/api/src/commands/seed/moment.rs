//! A moment in the past of the demo world, with the ids that were given out then.

use std::sync::Mutex;

use kernel::{IdGenerator, Timestamp};
use uuid::Uuid;

use super::chance::Chance;

/// A moment. What is made at it has its time and, since ids are sorted by time, ids that tell the same;
/// their random part is drawn from a stream that repeats.
#[derive(Debug)]
pub struct Moment {
    at: Timestamp,
    chance: Mutex<Chance>,
}

impl Moment {
    /// That moment; `chance` decides on its ids.
    pub fn new(at: Timestamp, chance: &mut Chance) -> Self {
        Self { at, chance: Mutex::new(Chance::of("moment", chance.draw())) }
    }

    /// When it is.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// A new id of the wanted kind.
    pub fn id<Id: From<Uuid>>(&self) -> Id {
        self.next_uuid().into()
    }
}

impl IdGenerator for Moment {
    fn next_uuid(&self) -> Uuid {
        let mut random = [0; 10];
        let mut chance = self.chance.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for byte in &mut random {
            let [drawn, ..] = chance.draw().to_be_bytes();
            *byte = drawn;
        }
        let millis = u64::try_from(self.at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use kernel::testing::FakeClock;

    use super::*;

    #[test]
    fn ids_bear_the_time_and_repeat() {
        let at = FakeClock::default().now();
        let ids = || {
            let moment = Moment::new(at, &mut Chance::of("test", 1));
            [(); 3].map(|()| moment.next_uuid())
        };
        assert_eq!(ids(), ids());
        let [first, second, third] = ids();
        assert!(first != second && second != third && first != third);
        for id in ids() {
            assert_eq!(id.get_version_num(), 7);
            let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
            assert_eq!(
                i64::try_from(seconds).unwrap() * 1000 + i64::from(nanos / 1_000_000),
                at.timestamp_millis()
            );
        }
    }
}
