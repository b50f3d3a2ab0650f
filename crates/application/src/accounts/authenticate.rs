//! Who is calling: checked on every request that bears an access token.

use std::sync::Arc;

use auth::{AccessClaims, SessionDirectory, TokenError, TokenSigner};

use crate::Error;
use crate::environment::Environment;

/// Reads access tokens. A token whose session has ended is refused as well.
pub struct Authenticate {
    pub signer: Arc<dyn TokenSigner>,
    pub sessions: Arc<dyn SessionDirectory>,
    pub environment: Environment,
}

impl Authenticate {
    /// What the token says of its bearer, or why it says nothing.
    pub async fn run(&self, access_token: &str) -> Result<AccessClaims, Error> {
        let now = self.environment.now();
        let claims = self.signer.read_access(access_token, now)?;
        if self.sessions.is_live(claims.session, now).await? {
            Ok(claims)
        } else {
            Err(TokenError::SessionEnded.into())
        }
    }
}
