//! How long to wait before the next attempt.

use std::time::Duration;

/// Pauses that grow with each failure, and differ between clients, so that they don't all come back at
/// once.
#[derive(Debug, Default)]
pub struct BackOff {
    failures: u32,
}

impl BackOff {
    const FIRST: Duration = Duration::from_millis(250);
    const LONGEST: Duration = Duration::from_secs(10);

    /// The pause after one more failure; `chance` is any number.
    pub fn next(&mut self, chance: u64) -> Duration {
        let doubled = Self::FIRST.saturating_mul(1 << self.failures.min(16));
        self.failures += 1;
        let whole = doubled.min(Self::LONGEST);
        let half = whole / 2;
        let micros = u64::try_from(half.as_micros()).unwrap_or(u64::MAX);
        half + Duration::from_micros(chance % micros.max(1))
    }

    /// Forgets the failures: it worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_ten_seconds_and_begin_anew_after_a_success() {
        let mut backoff = BackOff::default();
        let shortest: Vec<_> = (0..8).map(|_| backoff.next(0).as_millis()).collect();
        assert_eq!(shortest, [125, 250, 500, 1000, 2000, 4000, 5000, 5000]);
        backoff.reset();
        assert_eq!(backoff.next(0).as_millis(), 125);
    }

    #[test]
    fn chance_moves_a_pause_within_its_second_half() {
        for chance in [0, 1, 124_999, 125_000, u64::MAX] {
            let pause = BackOff::default().next(chance);
            assert!((125..250).contains(&pause.as_millis()), "{pause:?}");
        }
    }
}
