//! Rate limits for one process.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use auth::{Admission, Limit, RateLimiter};
use chrono::TimeDelta;
use kernel::{StoreError, Timestamp};

/// Counts in memory, exactly: the time of each call that counts is kept until it no longer does.
///
/// Memory is bounded: when there are too many keys, the one that would be forgotten first is forgotten
/// early.
#[derive(Debug)]
pub struct InProcessRateLimiter {
    max_keys: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    by_key: HashMap<Arc<str>, Count>,
    /// Every key under the moment at which nothing under it counts any more.
    by_end: BTreeSet<(Timestamp, Arc<str>)>,
}

#[derive(Debug)]
struct Count {
    /// When something happened, oldest first; never empty.
    times: VecDeque<Timestamp>,
    window: TimeDelta,
}

impl Default for InProcessRateLimiter {
    /// Room for a hundred thousand keys: some 50 MB if all of them are full.
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl InProcessRateLimiter {
    /// A limiter that remembers at most `max_keys` keys (at least one).
    pub fn new(max_keys: usize) -> Self {
        Self { max_keys: max_keys.max(1), counts: Mutex::default() }
    }

    /// A panic in between could only have left a count behind, so there is no reason to stop.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RateLimiter for InProcessRateLimiter {
    async fn acquire(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError> {
        let mut counts = self.counts();
        counts.forget_until(now);
        let admission = counts.look(key, limit, now);
        if admission == Admission::Admitted {
            counts.add(key, limit.window, now);
            counts.forget_beyond(self.max_keys);
        }
        Ok(admission)
    }

    async fn check(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError> {
        Ok(self.counts().look(key, limit, now))
    }

    async fn release(&self, key: &str) -> Result<(), StoreError> {
        self.counts().take_back(key);
        Ok(())
    }
}

impl Count {
    /// The moment at which nothing counts any more.
    fn end(&self) -> Option<Timestamp> {
        Some(*self.times.back()? + self.window)
    }
}

impl Counts {
    /// Whether one more fits.
    fn look(&self, key: &str, limit: Limit, now: Timestamp) -> Admission {
        let Some(count) = self.by_key.get(key) else {
            return if limit.count == 0 { wait(limit.window) } else { Admission::Admitted };
        };
        let gone = count.times.partition_point(|time| *time + limit.window <= now);
        let free = usize::try_from(limit.count).unwrap_or(usize::MAX);
        let counting = count.times.len() - gone;
        if counting < free {
            return Admission::Admitted;
        }
        // One more fits when all but `free - 1` of them no longer count.
        let last_to_go = count.times.get(gone + counting - free.min(counting)).filter(|_| free > 0);
        wait(last_to_go.map_or(limit.window, |time| *time + limit.window - now))
    }

    fn add(&mut self, key: &str, window: TimeDelta, now: Timestamp) {
        let (key, mut count) =
            self.take(key).unwrap_or_else(|| (key.into(), Count { times: VecDeque::new(), window }));
        count.window = window;
        // Callers read the clock before they get here, so they may come a little out of order.
        let place = count.times.partition_point(|time| *time <= now);
        count.times.insert(place, now);
        let gone = count.times.partition_point(|time| *time + window <= now);
        count.times.drain(..gone);
        self.put(key, count);
    }

    fn take_back(&mut self, key: &str) {
        if let Some((key, mut count)) = self.take(key) {
            count.times.pop_back();
            self.put(key, count);
        }
    }

    fn take(&mut self, key: &str) -> Option<(Arc<str>, Count)> {
        let (key, count) = self.by_key.remove_entry(key)?;
        if let Some(end) = count.end() {
            self.by_end.remove(&(end, Arc::clone(&key)));
        }
        Some((key, count))
    }

    /// Keeps the count, unless nothing is left of it.
    fn put(&mut self, key: Arc<str>, count: Count) {
        if let Some(end) = count.end() {
            self.by_end.insert((end, Arc::clone(&key)));
            self.by_key.insert(key, count);
        }
    }

    fn forget_until(&mut self, now: Timestamp) {
        while self.by_end.first().is_some_and(|(end, _)| *end <= now) {
            self.forget_first();
        }
    }

    fn forget_beyond(&mut self, max_keys: usize) {
        while self.by_key.len() > max_keys {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.by_end.pop_first() {
            self.by_key.remove(&key);
        }
    }
}

/// In whole seconds, rounded up, at least one.
fn wait(time: TimeDelta) -> Admission {
    let millis = u64::try_from(time.num_milliseconds()).unwrap_or(0);
    Admission::RetryAfter(millis.div_ceil(1000).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Clock;
    use kernel::testing::FakeClock;

    const THREE_A_MINUTE: Limit = Limit { count: 3, window: TimeDelta::minutes(1) };

    async fn acquire(limiter: &InProcessRateLimiter, key: &str, clock: &FakeClock) -> Admission {
        limiter.acquire(key, THREE_A_MINUTE, clock.now()).await.unwrap()
    }

    auth::rate_limiter_contract!(async { Arc::new(InProcessRateLimiter::default()) as Arc<dyn RateLimiter> });

    fn remembered(limiter: &InProcessRateLimiter) -> (usize, usize) {
        let counts = limiter.counts();
        (counts.by_key.len(), counts.by_end.len())
    }

    #[tokio::test]
    async fn of_many_threads_at_once_no_more_than_the_limit_are_admitted() {
        let (limiter, clock) = (Arc::new(InProcessRateLimiter::default()), FakeClock::default());
        let calls = (0..50).map(|_| {
            let (limiter, now) = (Arc::clone(&limiter), clock.now());
            std::thread::spawn(move || {
                let call = async { limiter.acquire("mina", THREE_A_MINUTE, now).await.unwrap() };
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(call)
            })
        });
        let calls: Vec<_> = calls.collect();
        let answers = calls.into_iter().map(|call| call.join().unwrap());
        assert_eq!(answers.filter(|answer| *answer == Admission::Admitted).count(), 3);
    }

    #[tokio::test]
    async fn what_no_longer_counts_is_forgotten() {
        let (limiter, clock) = (InProcessRateLimiter::default(), FakeClock::default());
        for key in 0..100 {
            assert_eq!(acquire(&limiter, &key.to_string(), &clock).await, Admission::Admitted);
        }
        clock.advance(TimeDelta::minutes(1));
        assert_eq!(acquire(&limiter, "mina", &clock).await, Admission::Admitted);
        assert_eq!(remembered(&limiter), (1, 1));
    }

    #[tokio::test]
    async fn of_too_many_keys_the_oldest_goes_and_the_others_stay() {
        let (limiter, clock) = (InProcessRateLimiter::new(2), FakeClock::default());
        for key in ["old", "mina", "mina", "mina", "new"] {
            assert_eq!(acquire(&limiter, key, &clock).await, Admission::Admitted);
            clock.advance(TimeDelta::seconds(1));
        }
        assert_eq!(remembered(&limiter), (2, 2));
        assert!(matches!(acquire(&limiter, "mina", &clock).await, Admission::RetryAfter(_)));
    }

    #[tokio::test]
    async fn a_limit_of_none_admits_nobody() {
        let (limiter, clock) = (InProcessRateLimiter::default(), FakeClock::default());
        let none = Limit { count: 0, ..THREE_A_MINUTE };
        assert_eq!(limiter.acquire("mina", none, clock.now()).await.unwrap(), Admission::RetryAfter(60));
    }

    #[tokio::test]
    async fn calls_that_come_out_of_order_are_counted_by_their_time() {
        let (limiter, clock) = (InProcessRateLimiter::default(), FakeClock::default());
        let earlier = clock.now();
        clock.advance(TimeDelta::seconds(5));
        for at in [clock.now(), earlier, clock.now()] {
            assert_eq!(limiter.acquire("mina", THREE_A_MINUTE, at).await.unwrap(), Admission::Admitted);
        }
        assert_eq!(acquire(&limiter, "mina", &clock).await, Admission::RetryAfter(55));
    }
}
