//! What every [`RateLimiter`] promises.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use kernel::Timestamp;

use super::{ids, now};
use crate::{Admission, Limit, RateLimiter};

type Limiter = Arc<dyn RateLimiter>;

const THREE_A_MINUTE: Limit = Limit { count: 3, window: TimeDelta::minutes(1) };

fn after(millis: i64) -> Timestamp {
    now() + TimeDelta::milliseconds(millis)
}

/// A key that no other test uses: limiters may be shared.
fn a_key() -> String {
    format!("contract:{}:{}", std::process::id(), ids().next_uuid())
}

async fn acquire(limiter: &Limiter, key: &str, at: Timestamp) -> Admission {
    limiter.acquire(key, THREE_A_MINUTE, at).await.unwrap()
}

pub async fn the_window_slides(limiter: Limiter) {
    let key = a_key();
    for millis in [0, 10_000, 20_000] {
        assert_eq!(acquire(&limiter, &key, after(millis)).await, Admission::Admitted);
    }
    assert_eq!(acquire(&limiter, &key, after(30_000)).await, Admission::RetryAfter(30));
    assert_eq!(acquire(&limiter, &key, after(59_999)).await, Admission::RetryAfter(1));
    assert_eq!(acquire(&limiter, &key, after(60_000)).await, Admission::Admitted);
    assert_eq!(acquire(&limiter, &key, after(60_000)).await, Admission::RetryAfter(10));
    assert_eq!(acquire(&limiter, &key, after(200_000)).await, Admission::Admitted);
}

pub async fn a_refused_call_does_not_count(limiter: Limiter) {
    let key = a_key();
    for _ in 0..3 {
        assert_eq!(acquire(&limiter, &key, now()).await, Admission::Admitted);
    }
    for _ in 0..9 {
        assert!(matches!(acquire(&limiter, &key, after(30_000)).await, Admission::RetryAfter(30)));
    }
    for _ in 0..3 {
        assert_eq!(acquire(&limiter, &key, after(60_000)).await, Admission::Admitted);
    }
}

pub async fn keys_count_apart(limiter: Limiter) {
    let (one, other) = (a_key(), a_key());
    for _ in 0..3 {
        assert_eq!(acquire(&limiter, &one, now()).await, Admission::Admitted);
    }
    assert_eq!(acquire(&limiter, &other, now()).await, Admission::Admitted);
}

pub async fn a_check_answers_the_same_and_counts_nothing(limiter: Limiter) {
    let key = a_key();
    for _ in 0..9 {
        let seen = limiter.check(&key, THREE_A_MINUTE, now()).await.unwrap();
        assert_eq!(seen, Admission::Admitted);
    }
    for _ in 0..3 {
        assert_eq!(acquire(&limiter, &key, now()).await, Admission::Admitted);
    }
    let seen = limiter.check(&key, THREE_A_MINUTE, after(45_000)).await.unwrap();
    assert_eq!(seen, Admission::RetryAfter(15));
}

pub async fn what_is_released_counts_no_longer(limiter: Limiter) {
    let key = a_key();
    limiter.release(&key).await.unwrap();
    for _ in 0..9 {
        assert_eq!(acquire(&limiter, &key, now()).await, Admission::Admitted);
        limiter.release(&key).await.unwrap();
    }
    for millis in [0, 1_000, 2_000] {
        assert_eq!(acquire(&limiter, &key, after(millis)).await, Admission::Admitted);
    }
    // The latest goes, so the earliest still says when the next one fits.
    limiter.release(&key).await.unwrap();
    assert_eq!(acquire(&limiter, &key, after(3_000)).await, Admission::Admitted);
    assert_eq!(acquire(&limiter, &key, after(30_000)).await, Admission::RetryAfter(30));
}

pub async fn of_many_calls_at_once_no_more_than_the_limit_are_admitted(limiter: Limiter) {
    let key = a_key();
    let answers = join_all((0..100).map(|_| acquire(&limiter, &key, now()))).await;
    assert_eq!(answers.iter().filter(|answer| **answer == Admission::Admitted).count(), 3);
}

/// Turns each case of the contract into a test of its own, against a limiter: a future of
/// `Arc<dyn RateLimiter>`.
#[macro_export]
macro_rules! rate_limiter_contract {
    ($limiter:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($limiter.await).await; })*
    };
    ($limiter:expr) => {
        $crate::rate_limiter_contract!($limiter;
            the_window_slides,
            a_refused_call_does_not_count,
            keys_count_apart,
            a_check_answers_the_same_and_counts_nothing,
            what_is_released_counts_no_longer,
            of_many_calls_at_once_no_more_than_the_limit_are_admitted,
        );
    };
}
