//! The brake on guessing passwords.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::TimeDelta;
use kernel::{Code, ErrorCode, StoreError, Timestamp};
use sha2::{Digest, Sha256};
use user::Email;

use crate::port::{Admission, RateLimiter};

/// So many in any stretch of time of that length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// In how long, above zero.
    pub window: TimeDelta,
}

/// Refuses log-ins for an account, or from an address, with too many failed ones.
///
/// An account's count is taken *before* the password is checked and given back when it was right, so a
/// thousand guesses sent at once don't all get through. An address's count is checked before and taken
/// only after a failure: many honest people may log in at once from one address, and counting all of
/// them as failed until the hasher is done would refuse some. What slips through there is bounded by how
/// many passwords the hasher lets wait.
pub struct LoginThrottle {
    limiter: Arc<dyn RateLimiter>,
}

/// A log-in that was let through to have its password checked. Report what came of it: one that nothing is
/// reported of counts as failed.
#[must_use = "report whether the log-in failed"]
#[derive(Debug)]
pub struct Attempt {
    account: String,
    /// Not of somebody who has logged in and gives their password once more.
    address: Option<String>,
}

impl LoginThrottle {
    /// How many log-ins may fail for one account.
    pub const PER_ACCOUNT: Limit = Limit { count: 10, window: TimeDelta::minutes(15) };
    /// How many log-ins may fail from one address.
    pub const PER_ADDRESS: Limit = Limit { count: 100, window: TimeDelta::minutes(15) };

    /// A throttle that counts with `limiter`.
    pub fn new(limiter: Arc<dyn RateLimiter>) -> Self {
        Self { limiter }
    }

    /// Lets a log-in through unless too many have failed. An e-mail address that nobody has is treated
    /// like any other, so that the refusal doesn't tell who has an account.
    pub async fn admit(&self, email: &Email, address: IpAddr, now: Timestamp) -> Result<Attempt, AdmitError> {
        let address = address_key(address);
        admitted(self.limiter.check(&address, Self::PER_ADDRESS, now).await?)?;
        Ok(Attempt { address: Some(address), ..self.admit_again(email, now).await? })
    }

    /// Lets somebody who has logged in give the password of their account once more, unless too many were
    /// wrong: whoever has stolen a token shall not find the password out with it.
    pub async fn admit_again(&self, email: &Email, now: Timestamp) -> Result<Attempt, AdmitError> {
        let account = account_key(email);
        admitted(self.limiter.acquire(&account, Self::PER_ACCOUNT, now).await?)?;
        Ok(Attempt { account, address: None })
    }

    /// The password was right, or could not be checked: nothing is counted against anybody. Earlier
    /// failures still count, or else a thief could guess nine times for each time the owner logs in.
    pub async fn did_not_fail(&self, attempt: Attempt) -> Result<(), StoreError> {
        self.limiter.release(&attempt.account).await
    }

    /// The pair was wrong.
    pub async fn failed(&self, attempt: Attempt, now: Timestamp) -> Result<(), StoreError> {
        if let Some(address) = attempt.address {
            // Refused if others filled the limit meanwhile. Then the address is blocked already.
            let _full_or_not = self.limiter.acquire(&address, Self::PER_ADDRESS, now).await?;
        }
        Ok(())
    }
}

fn admitted(admission: Admission) -> Result<(), AdmitError> {
    match admission {
        Admission::Admitted => Ok(()),
        Admission::RetryAfter(seconds) => Err(AdmitError::Throttled { retry_after: seconds }),
    }
}

/// Hashed, so that e-mail addresses don't show up wherever the limiter keeps its keys.
fn account_key(email: &Email) -> String {
    let mut key = "login:account:".to_owned();
    for byte in Sha256::digest(email.folded()) {
        // Writing to a `String` can't fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

/// One subscriber has at least a /64 of IPv6, so all of that is one address.
fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => format!("login:address:{v4}"),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("login:address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Why a log-in was not let through.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    /// Too many have failed.
    #[error("too many log-ins have failed")]
    Throttled {
        /// In how many seconds the next one may be let through.
        retry_after: u64,
    },
    /// It can't be known how many have failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ErrorCode for AdmitError {
    fn code(&self) -> Code {
        match self {
            Self::Throttled { .. } => Code::too_many("LOGIN_THROTTLED"),
            Self::Store(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Throttled { retry_after } => Some(*retry_after),
            Self::Store(error) => error.retry_after(),
        }
    }
}

#[cfg(test)]
mod tests;
