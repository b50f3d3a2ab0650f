//! Making the pair of tokens that a log-in or a refresh answers.

use std::sync::Arc;

use auth::{AccessClaims, NewRefreshToken, RefreshToken, RefreshTokenGenerator, TokenSigner};
use chrono::TimeDelta;
use kernel::{Role, SessionId, Timestamp, UserId};

use crate::Error;

/// How long tokens are good for.
#[derive(Debug, Clone, Copy)]
pub struct TokenLifetimes {
    pub access: TimeDelta,
    pub refresh: TimeDelta,
}

/// What the client gets: an access token, and a refresh token for its cookie.
#[derive(Debug, Clone)]
pub struct Grant {
    pub access_token: String,
    pub refresh_token: RefreshToken,
    /// How long the refresh token is good for.
    pub refresh_lifetime: TimeDelta,
}

/// Makes tokens.
#[derive(Clone)]
pub struct TokenMint {
    pub signer: Arc<dyn TokenSigner>,
    pub generator: Arc<dyn RefreshTokenGenerator>,
    pub lifetimes: TokenLifetimes,
}

impl TokenMint {
    /// A fresh refresh token, and what the store keeps of it.
    pub(super) fn refresh_token(&self, at: Timestamp) -> (RefreshToken, NewRefreshToken) {
        let token = self.generator.generate();
        let kept =
            NewRefreshToken { hash: token.hash(), issued_at: at, expires_at: at + self.lifetimes.refresh };
        (token, kept)
    }

    /// The answer to the client.
    pub(super) fn grant(
        &self,
        user: UserId,
        role: Role,
        session: SessionId,
        refresh_token: RefreshToken,
        at: Timestamp,
    ) -> Result<Grant, Error> {
        let expires_at = at + self.lifetimes.access;
        let claims = AccessClaims { user, role, session, issued_at: at, expires_at };
        let access_token = self.signer.sign_access(&claims)?;
        Ok(Grant { access_token, refresh_token, refresh_lifetime: self.lifetimes.refresh })
    }
}
