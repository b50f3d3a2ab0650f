//! A session: one log-in, and the family of refresh tokens that descends from it.

use chrono::TimeDelta;
use kernel::{SessionId, Timestamp, UserId};

use crate::refresh_token::StoredRefreshToken;

/// A log-in. It lives until it's ended or the last of its refresh tokens has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    id: SessionId,
    user: UserId,
    created_at: Timestamp,
    state: SessionState,
}

/// Whether a session was ended. (That it has run out is seen from its tokens.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Nobody has ended it.
    Live,
    /// Logged out, the password changed, or one of its refresh tokens was stolen.
    Ended {
        /// When; its access tokens die within a second of that.
        at: Timestamp,
    },
}

impl Session {
    /// A user has logged in.
    pub fn open(id: SessionId, user: UserId, at: Timestamp) -> Self {
        Self { id, user, created_at: at, state: SessionState::Live }
    }

    /// The session that a store kept.
    pub fn restore(id: SessionId, user: UserId, created_at: Timestamp, state: SessionState) -> Self {
        Self { id, user, created_at, state }
    }

    /// Names the session, also in access tokens.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Who logged in.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// When they logged in.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// Whether it was ended.
    pub fn state(&self) -> SessionState {
        self.state
    }
}

/// How long a used refresh token may be used again although its successor was used: another tab of the
/// same browser may have sent it at about the same time.
pub const REUSE_GRACE: TimeDelta = TimeDelta::seconds(30);

/// What to do about a refresh token that a client has sent.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Hand out a new one in exchange.
    Rotate,
    /// Somebody else has it too. Nobody can say which of the two is the thief: end the session.
    Reused,
    /// It no longer holds. There is nothing to do.
    Invalid,
}

/// Decides about `token` of `session`, sent at `now`.
///
/// A token is meant for one use. A client that never saw the answer to that use has only the old one
/// left, and gets another successor for it as long as none was used. The price: if a thief and the owner
/// both use the same token before either has used its successor, that looks like a lost answer, and both
/// go on.
pub fn decide(session: &Session, token: &StoredRefreshToken, now: Timestamp) -> Rotation {
    if session.state != SessionState::Live || token.session != session.id || now >= token.expires_at {
        return Rotation::Invalid;
    }
    match token.used_at {
        None => Rotation::Rotate,
        Some(_) if !token.successor_used => Rotation::Rotate,
        Some(first_use) if now - first_use <= REUSE_GRACE => Rotation::Rotate,
        Some(_) => Rotation::Reused,
    }
}

#[cfg(test)]
mod tests;
