//! Who is calling: checked on every request that bears an access token.

use std::sync::Arc;

use auth::{SessionDirectory, TokenError, TokenSigner};
use kernel::{Role, SessionId, Timestamp, UserId};

use crate::Error;
use crate::environment::Environment;

/// Who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub user: UserId,
    pub role: Role,
    pub session: SessionId,
    /// When the access token expires.
    pub expires_at: Timestamp,
}

/// Reads access tokens. A token whose session has ended is refused as well.
pub struct Authenticate {
    pub signer: Arc<dyn TokenSigner>,
    pub sessions: Arc<dyn SessionDirectory>,
    pub environment: Environment,
}

impl Authenticate {
    /// The caller, or why the token says nothing.
    pub async fn run(&self, access_token: &str) -> Result<Identity, Error> {
        let now = self.environment.now();
        let claims = self.signer.read_access(access_token, now)?;
        if !self.sessions.is_live(claims.session, now).await? {
            return Err(TokenError::SessionEnded.into());
        }
        let auth::AccessClaims { user, role, session, expires_at, .. } = claims;
        Ok(Identity { user, role, session, expires_at })
    }
}
