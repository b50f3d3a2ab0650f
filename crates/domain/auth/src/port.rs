//! What the domain needs from a store of sessions. (The ports for hashing, signing and counting stand
//! beside what they speak of: `password`, `token`, `refresh_token`, `throttle`.)

use async_trait::async_trait;
use kernel::{SessionId, StoreError, Timestamp, Transaction, UserId};

use crate::refresh_token::{NewRefreshToken, RefreshTokenHash, StoredRefreshToken};
use crate::session::Session;

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

/// All that this crate's own use cases need from a transaction.
pub trait SessionTx: HasSessions + Transaction {}
impl<T: HasSessions + Transaction> SessionTx for T {}

/// The sessions, as they were last committed; outside of transactions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SessionDirectory: Send + Sync {
    /// Whether the session exists, was not ended, and has a refresh token that is not expired at `now`.
    ///
    /// An answer may be up to a second old, no more: an access token dies that soon after its session.
    async fn is_live(&self, id: SessionId, now: Timestamp) -> Result<bool, StoreError>;
}
