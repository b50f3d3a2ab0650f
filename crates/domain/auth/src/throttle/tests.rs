//! The policy, on a limiter that counts in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use futures_util::FutureExt;
use kernel::Kind;

use super::*;
use crate::testing::now;

/// Counts and never forgets; what it answers is ready at once.
#[derive(Default)]
struct Counter(Mutex<HashMap<String, u32>>);

impl Counter {
    fn count(&self, key: &str, limit: Limit, by: u32) -> Admission {
        let mut counts = self.0.lock().unwrap();
        let count = counts.entry(key.to_owned()).or_default();
        if *count < limit.count {
            *count += by;
            Admission::Admitted
        } else {
            Admission::RetryAfter(60)
        }
    }
}

#[async_trait]
impl RateLimiter for Counter {
    async fn acquire(&self, key: &str, limit: Limit, _now: Timestamp) -> Result<Admission, StoreError> {
        Ok(self.count(key, limit, 1))
    }

    async fn check(&self, key: &str, limit: Limit, _now: Timestamp) -> Result<Admission, StoreError> {
        Ok(self.count(key, limit, 0))
    }

    async fn release(&self, key: &str) -> Result<(), StoreError> {
        self.0.lock().unwrap().entry(key.to_owned()).and_modify(|count| *count = count.saturating_sub(1));
        Ok(())
    }
}

/// A throttle, spoken to without waiting.
struct Door(LoginThrottle);

impl Door {
    fn new() -> Self {
        Self(LoginThrottle::new(Arc::new(Counter::default())))
    }

    fn admit(&self, email: &str, address: &str) -> Result<Attempt, AdmitError> {
        let email = Email::try_from(email).unwrap();
        self.0.admit(&email, address.parse().unwrap(), now()).now_or_never().unwrap()
    }

    fn fail(&self, email: &str, address: &str) {
        let attempt = self.admit(email, address).unwrap();
        self.0.failed(attempt, now()).now_or_never().unwrap().unwrap();
    }

    fn succeed(&self, email: &str, address: &str) {
        let attempt = self.admit(email, address).unwrap();
        self.0.did_not_fail(attempt).now_or_never().unwrap().unwrap();
    }

    fn is_shut(&self, email: &str, address: &str) -> bool {
        match self.admit(email, address) {
            Ok(_) => false,
            Err(refused) => {
                assert_eq!(refused.code(), Code { kind: Kind::TooMany, name: "LOGIN_THROTTLED" });
                assert_eq!(refused.retry_after(), Some(60));
                true
            }
        }
    }
}

const MINA: &str = "mina@example.com";

#[test]
fn after_ten_failures_an_account_is_shut_from_everywhere_in_whatever_letter_case() {
    let door = Door::new();
    for n in 0..10 {
        door.fail(MINA, &format!("10.0.0.{n}"));
    }
    assert!(door.is_shut(MINA, "10.0.0.99"));
    assert!(door.is_shut("MINA@Example.com", "10.0.0.99"));
    assert!(!door.is_shut("jun@example.com", "10.0.0.1"));
}

#[test]
fn after_a_hundred_failures_an_address_is_shut_for_every_account() {
    let door = Door::new();
    for n in 0..100 {
        door.fail(&format!("user{n}@example.com"), "10.0.0.1");
    }
    assert!(door.is_shut(MINA, "10.0.0.1"));
    assert!(door.is_shut(MINA, "::ffff:10.0.0.1"));
    assert!(!door.is_shut(MINA, "10.0.0.2"));
}

#[test]
fn one_subscriber_of_ipv6_is_one_address() {
    let door = Door::new();
    for n in 0..100 {
        door.fail(&format!("user{n}@example.com"), &format!("2001:db8:1:2::{n:x}"));
    }
    assert!(door.is_shut(MINA, "2001:db8:1:2:ffff::1"));
    assert!(!door.is_shut(MINA, "2001:db8:1:3::1"));
}

#[test]
fn log_ins_that_succeed_do_not_count_and_do_not_wipe_out_failures() {
    let door = Door::new();
    for _ in 0..9 {
        door.fail(MINA, "10.0.0.1");
    }
    for _ in 0..200 {
        door.succeed(MINA, "10.0.0.1");
    }
    door.fail(MINA, "10.0.0.1");
    assert!(door.is_shut(MINA, "10.0.0.1"));
}

#[test]
fn of_a_thousand_guesses_at_once_ten_get_through() {
    let door = Door::new();
    let admitted: Vec<_> = (0..1000).filter_map(|_| door.admit(MINA, "10.0.0.1").ok()).collect();
    assert_eq!(admitted.len(), 10);
}

#[test]
fn many_people_behind_one_address_log_in_at_once() {
    let door = Door::new();
    let admitted = (0..1000).map(|n| door.admit(&format!("user{n}@example.com"), "10.0.0.1").unwrap());
    for attempt in admitted.collect::<Vec<_>>() {
        door.0.did_not_fail(attempt).now_or_never().unwrap().unwrap();
    }
    assert!(!door.is_shut(MINA, "10.0.0.1"));
}

#[test]
fn keys_hold_no_email_address() {
    assert!(!account_key(&MINA.try_into().unwrap()).contains("mina"));
}
