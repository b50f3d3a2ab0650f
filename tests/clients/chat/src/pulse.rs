//! When a silent connection counts as dead.

use std::time::Duration;

use tokio::time::Instant;

use crate::socket::PATIENCE;

/// How long nothing may be heard before the server is asked for a sign of life. (It pings by itself, but
/// pings are answered underneath and not seen.)
const ASK_AFTER: Duration = Duration::from_secs(25);

/// What was last heard, and whether an answer is due.
#[derive(Debug)]
pub struct Pulse {
    heard: Instant,
    asked: Option<Instant>,
}

impl Pulse {
    /// The pulse of a connection that was just greeted.
    pub fn begin(now: Instant) -> Self {
        Self { heard: now, asked: None }
    }

    /// Something came, and an answer is still due or not.
    pub fn heard(&mut self, now: Instant, is_answer_due: bool) {
        self.heard = now;
        self.asked = is_answer_due.then_some(now);
    }

    /// Something was said that has to be answered.
    pub fn asked(&mut self, now: Instant) {
        self.asked.get_or_insert(now);
    }

    /// When something has to be done about the silence.
    pub fn patience(&self) -> Instant {
        self.asked.map_or(self.heard + ASK_AFTER, |asked| asked + PATIENCE)
    }

    /// Whether the silence means that nobody is there; else it's time to ask.
    pub fn is_dead(&self) -> bool {
        self.asked.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_asked_after_a_silence_and_dead_if_it_does_not_answer() {
        let start = Instant::now();
        let mut pulse = Pulse::begin(start);
        assert_eq!((pulse.patience(), pulse.is_dead()), (start + ASK_AFTER, false));
        let asked = start + ASK_AFTER;
        pulse.asked(asked);
        assert_eq!((pulse.patience(), pulse.is_dead()), (asked + PATIENCE, true));
        pulse.heard(asked + Duration::from_secs(1), false);
        assert!(!pulse.is_dead());
    }

    #[test]
    fn asking_more_does_not_buy_time() {
        let start = Instant::now();
        let mut pulse = Pulse::begin(start);
        pulse.asked(start);
        pulse.asked(start + Duration::from_secs(9));
        assert_eq!(pulse.patience(), start + PATIENCE);
    }
}
