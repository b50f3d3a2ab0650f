//! When messages are due.

use std::time::Duration;

/// An even pace: the n-th message is due after n / rate seconds, whatever became of those before it.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Messages a second.
    pub rate: u32,
    /// How long it goes on.
    pub lasts: Duration,
}

impl Pace {
    /// When the message is due, in microseconds.
    pub fn due(self, message: u64) -> u64 {
        message.saturating_mul(1_000_000) / u64::from(self.rate.max(1))
    }

    /// How many messages there are in all.
    pub fn count(self) -> u64 {
        let micros = u64::try_from(self.lasts.as_micros()).unwrap_or(u64::MAX);
        micros.saturating_mul(self.rate.into()) / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_spread_evenly() {
        let pace = Pace { rate: 3, lasts: Duration::from_secs(2) };
        assert_eq!(pace.count(), 6);
        assert_eq!(
            (0..6).map(|n| pace.due(n)).collect::<Vec<_>>(),
            [0, 333_333, 666_666, 1_000_000, 1_333_333, 1_666_666]
        );
    }
}
