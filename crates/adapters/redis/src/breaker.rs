//! Not asking again and again what doesn't answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Open after a failure: it then lets one question through each second, until one is answered.
#[derive(Debug)]
pub(super) struct Breaker {
    begun: Instant,
    /// In milliseconds since it began: when the next question may go through; 0 while it's closed.
    next_try: AtomicU64,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { begun: Instant::now(), next_try: AtomicU64::new(0) }
    }
}

impl Breaker {
    const PAUSE: Duration = Duration::from_secs(1);

    /// Whether a question may go through.
    pub(super) fn lets_through(&self) -> bool {
        let (next_try, now) = (self.next_try.load(Ordering::Relaxed), self.now());
        if next_try == 0 {
            return true;
        }
        // Of several at once one is the try.
        now >= next_try
            && self
                .next_try
                .compare_exchange(next_try, after_pause(now), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Notes a failure; answers whether it was closed before.
    pub(super) fn open(&self) -> bool {
        self.next_try.swap(after_pause(self.now()), Ordering::Relaxed) == 0
    }

    /// Notes an answer; answers whether it was open before.
    pub(super) fn close(&self) -> bool {
        self.next_try.load(Ordering::Relaxed) != 0 && self.next_try.swap(0, Ordering::Relaxed) != 0
    }

    fn now(&self) -> u64 {
        millis(self.begun.elapsed())
    }
}

fn after_pause(now: u64) -> u64 {
    now + millis(Breaker::PAUSE)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_opens_it_and_one_answer_closes_it() {
        let breaker = Breaker::default();
        assert!(breaker.lets_through() && !breaker.close());
        assert!(breaker.open() && !breaker.open());
        assert!(!breaker.lets_through());
        assert!(breaker.close() && !breaker.close());
        assert!(breaker.lets_through());
    }

    #[test]
    fn after_a_pause_one_question_is_let_through() {
        let long_ago = Instant::now().checked_sub(Duration::from_mins(1)).unwrap();
        let breaker = Breaker { begun: long_ago, next_try: AtomicU64::new(1) };
        assert!(breaker.lets_through());
        assert!(!breaker.lets_through());
    }
}
