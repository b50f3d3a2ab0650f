//! Who may have a password checked, and when.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use auth::{HashingError, LoginThrottle};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;
use user::Email;

use crate::Error;
use crate::environment::Environment;

/// Has the passwords of one account checked one after the other, and none for a while after too many wrong ones.
/// In turn, since of many right ones at once none shall be refused because the others have not been found right yet.
///
/// A fixed number of lines, so now and then two accounts wait for each other.
pub struct PasswordGate {
    lines: Vec<Mutex<()>>,
    hasher: RandomState,
    throttle: LoginThrottle,
    environment: Environment,
}

/// Whose password it is, and where it comes from.
pub(super) enum Claim<'a> {
    /// Somebody at an address says that the account is theirs.
    LogIn(&'a Email, IpAddr),
    /// Somebody who has logged in gives the password once more.
    Again(&'a Email),
}

impl PasswordGate {
    const LINES: u64 = 1024;
    /// As long as a password waits for its hash.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// Refuses by what `throttle` counts.
    pub fn new(throttle: LoginThrottle, environment: Environment) -> Self {
        let lines = (0..Self::LINES).map(|_| Mutex::default()).collect();
        Self { lines, hasher: RandomState::new(), throttle, environment }
    }

    /// Runs the check when it's its turn. `None`, a wrong password, is counted; what could not be checked has not
    /// failed.
    pub(super) async fn check<T>(
        &self,
        claim: Claim<'_>,
        check: impl Future<Output = Result<Option<T>, Error>>,
    ) -> Result<Option<T>, Error> {
        let (Claim::LogIn(email, _) | Claim::Again(email)) = claim;
        let _turn = self.turn_of(email).await?;
        let now = self.environment.now();
        let admitted = match claim {
            Claim::LogIn(email, address) => self.throttle.admit(email, address, now).await?,
            Claim::Again(email) => self.throttle.admit_again(email, now).await?,
        };
        let checked = check.await;
        if matches!(checked, Ok(None)) {
            self.throttle.failed(admitted, self.environment.now()).await?;
        } else {
            self.throttle.did_not_fail(admitted).await?;
        }
        checked
    }

    /// Waits for the account's turn, which ends when what is answered is dropped; refuses after a while.
    async fn turn_of(&self, email: &Email) -> Result<MutexGuard<'_, ()>, Error> {
        let overloaded = || Error::from(HashingError::Overloaded);
        let line = usize::try_from(self.hasher.hash_one(email.folded()) % Self::LINES).unwrap_or_default();
        let line = self.lines.get(line).ok_or_else(overloaded)?;
        timeout(Self::PATIENCE, line.lock()).await.map_err(|_| overloaded())
    }
}
