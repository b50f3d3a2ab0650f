//! What the domain needs from the outside: a store of sessions, hashing, signing, chance and counting.

use async_trait::async_trait;
use kernel::{SessionId, StoreError, Timestamp, UserId};
use user::PasswordHash;

use crate::password::{HashingError, Password, PasswordAttempt};
use crate::refresh_token::{NewRefreshToken, RefreshToken, RefreshTokenHash, StoredRefreshToken};
use crate::session::Session;
use crate::throttle::Limit;
use crate::token::{AccessClaims, SignUpClaims, SigningError, TokenError};

/// The sessions and their refresh tokens, seen from inside one transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send {
    /// Adds a session of a user who exists, with its first refresh token.
    async fn add(&mut self, session: &Session, first: &NewRefreshToken) -> Result<(), StoreError>;

    /// Loads the token and its session, and locks both until the transaction ends: of two that present
    /// tokens of the same session at once, the second MUST see what the first has done.
    async fn find_token_for_update(
        &mut self,
        hash: &RefreshTokenHash,
    ) -> Result<Option<(Session, StoredRefreshToken)>, StoreError>;

    /// Marks the token `used` as used at `at` and adds `next` to its session, with `used` as its parent.
    ///
    /// A token that was used before MUST keep the time of its first use. From now on the parent of
    /// `used`, if there is one, MUST be found with `successor_used`.
    async fn rotate(
        &mut self,
        used: &RefreshTokenHash,
        at: Timestamp,
        next: &NewRefreshToken,
    ) -> Result<(), StoreError>;

    /// Ends the session. One that has ended before keeps the time of its end; an unknown one is none of
    /// our business.
    async fn end(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;

    /// Ends all sessions of the user but `except`, and answers those that it has ended, in any order;
    /// what had ended before is not among them.
    async fn end_all_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        at: Timestamp,
    ) -> Result<Vec<SessionId>, StoreError>;

    /// Deletes refresh tokens that expired before `before`, at most `limit` of them, and the sessions
    /// that have none left. Answers how many tokens it deleted; fewer than `limit` means that none are
    /// left. (Tokens of sessions that go on too: a busy client makes thousands of them a day.)
    async fn delete_expired(&mut self, before: Timestamp, limit: i64) -> Result<i64, StoreError>;
}

/// A transaction in which sessions can be read and written.
pub trait HasSessions: Send {
    /// The sessions, in this transaction.
    fn sessions(&mut self) -> &mut dyn SessionRepository;
}

/// The sessions, as they were last committed; outside of transactions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SessionDirectory: Send + Sync {
    /// Whether the session exists, was not ended, and has a refresh token that is not expired at `now`.
    ///
    /// An answer may be up to a second old, no more: an access token dies that soon after its session.
    async fn is_live(&self, id: SessionId, now: Timestamp) -> Result<bool, StoreError>;
}

/// Makes and checks password hashes. Slow on purpose: never called inside a transaction.
///
/// An implementation MUST hash with argon2id (19 MiB, 2 passes, 1 lane, or stronger) and a fresh random
/// salt, MUST keep the work off the async threads, and MUST bound how much of it waits:
/// beyond that it answers [`HashingError::Overloaded`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash of a password, with its salt and parameters.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError>;

    /// Whether `attempt` is the password behind `hash`.
    ///
    /// Without a hash (there is no such user, or they have no password) it MUST do the same work as with
    /// one of today's hashes and then answer [`Verified::No`], so that nobody learns from the time it
    /// takes who has an account. It MUST understand bcrypt (`$2a$`, `$2b$`, `$2y$`) too. A hash that it
    /// does not understand fails.
    async fn verify(
        &self,
        attempt: PasswordAttempt,
        hash: Option<PasswordHash>,
    ) -> Result<Verified, HashingError>;
}

/// What came of checking a password.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It's another one.
    No,
    /// It's the one.
    Yes,
    /// It's the one, but its hash is bcrypt or has weaker parameters than today's: hash it anew, see
    /// [`user::User::rehash`].
    YesButOutdated,
}

/// Signs tokens and reads them back. Cheap enough for the async threads.
///
/// An implementation MUST refuse as [`TokenError::Invalid`] what it did not sign with its own key and
/// algorithm, whatever algorithm the token names, and either kind of token in place of the other.
/// Claims come back as they were signed, with times cut to whole seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TokenSigner: Send + Sync {
    /// An access token that says this.
    fn sign_access(&self, claims: &AccessClaims) -> Result<String, SigningError>;

    /// What an access token says, if it holds at `now`.
    fn read_access(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenError>;

    /// A sign-up token that says this.
    fn sign_sign_up(&self, claims: &SignUpClaims) -> Result<String, SigningError>;

    /// What a sign-up token says, if it holds at `now`.
    fn read_sign_up(&self, token: &str, now: Timestamp) -> Result<SignUpClaims, TokenError>;
}

/// Where refresh tokens come from.
///
/// An implementation MUST take all 256 bits from the system's cryptographic source.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait RefreshTokenGenerator: Send + Sync {
    /// A token that never was before and that nobody can guess.
    fn generate(&self) -> RefreshToken;
}

/// Counts what happens under a key, in a sliding window: what happened `window` ago or earlier no longer
/// counts. Shared by all nodes, where there are several.
///
/// An implementation MUST forget a key by itself once nothing under it counts any more.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one more under `key`, unless the limit is reached. Checking and counting MUST be one atomic
    /// step: of any number of parallel calls at most `limit.count` are admitted. A refused call does
    /// not count.
    async fn acquire(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError>;

    /// What [`Self::acquire`] would answer, without counting.
    async fn check(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Admission, StoreError>;

    /// Takes the latest count under `key` back; nothing if there is none.
    async fn release(&self, key: &str) -> Result<(), StoreError>;
}

/// Whether one more fits under a limit.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It does.
    Admitted,
    /// Not before so many seconds have passed; at least 1, rounded up.
    RetryAfter(u64),
}
