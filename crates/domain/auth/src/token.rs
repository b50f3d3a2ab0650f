//! The two kinds of signed tokens: an access token says who calls, a sign-up token which social account
//! was just shown to be the caller's. Refresh tokens are not signed but looked up: see `refresh_token`.

use std::error::Error;

use kernel::{Code, ErrorCode, Role, SessionId, Timestamp, UserId};
use user::{Email, SocialAccount};

/// What an access token says. It holds until it expires or its session ends, whichever is first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// Who calls.
    pub user: UserId,
    /// What their account is for; it never changes, so a token can carry it.
    pub role: Role,
    /// The session that the token dies with.
    pub session: SessionId,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// The first moment at which it no longer holds.
    pub expires_at: Timestamp,
}

/// What a sign-up token says: a provider vouched for this account, which nobody has signed up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpClaims {
    /// The account at the provider.
    pub account: SocialAccount,
    /// The address that the provider told us, if any.
    pub email: Option<Email>,
    /// The first moment at which it no longer holds.
    pub expires_at: Timestamp,
}

/// Why a caller's token does not show who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// None was sent where one is needed.
    #[error("no token was sent")]
    Missing,
    /// It is not one of ours, or of another kind.
    #[error("the token is not valid")]
    Invalid,
    /// It held once.
    #[error("the token has expired")]
    Expired,
    /// Its session was ended: logged out, the password changed, or a refresh token was stolen.
    #[error("the session of the token has ended")]
    SessionEnded,
}

impl ErrorCode for TokenError {
    fn code(&self) -> Code {
        match self {
            Self::Missing => Code::unauthenticated("TOKEN_MISSING"),
            Self::Invalid => Code::unauthenticated("TOKEN_INVALID"),
            Self::Expired => Code::unauthenticated("TOKEN_EXPIRED"),
            Self::SessionEnded => Code::unauthenticated("SESSION_ENDED"),
        }
    }
}

/// A token could not be signed: our key or our code is broken.
#[derive(Debug, thiserror::Error)]
#[error("a token could not be signed")]
pub struct SigningError(#[source] pub Box<dyn Error + Send + Sync>);

impl ErrorCode for SigningError {
    fn code(&self) -> Code {
        Code::internal("INTERNAL")
    }
}
