//! `POST /auth/refresh/token`: a refresh token for a new pair.

use std::sync::Arc;

use auth::{HasSessions, RefreshInvalid, RefreshToken, Rotation, decide};
use kernel::UserId;
use user::{User, UserDirectory};

use super::tokens::{Grant, TokenMint};
use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What refreshing needs.
    pub trait RefreshTx: HasSessions;
}

/// Changes a refresh token for a new pair. A token that was stolen and used by both sides ends the
/// session.
pub struct Refresh {
    pub store: Store<dyn RefreshTx>,
    pub environment: Environment,
    pub directory: Arc<dyn UserDirectory>,
    pub mint: TokenMint,
    pub bus: Arc<dyn Bus>,
}

impl Refresh {
    /// Refuses tokens that are unknown, expired, ended or used again, all in the same way.
    pub async fn run(&self, token: &RefreshToken) -> Result<Grant, Error> {
        let at = self.environment.now();
        let (next, kept) = self.mint.refresh_token(at);
        let hash = token.hash();
        let session = atomically!(self.store, |tx| {
            let Some((session, stored)) = tx.sessions().find_token_for_update(&hash).await? else {
                return Ok(None);
            };
            match decide(&session, &stored, at) {
                Rotation::Rotate => {
                    tx.sessions().rotate(&hash, at, &kept).await?;
                    Ok(Some((session, true)))
                }
                Rotation::Reused => {
                    tx.sessions().end(session.id(), at).await?;
                    Ok(Some((session, false)))
                }
                Rotation::Invalid => Ok(None),
            }
        })?;
        match session {
            Some((session, true)) => {
                let user = self.user(session.user()).await?;
                self.mint.grant(user.id(), user.role(), session.id(), next, at)
            }
            Some((session, false)) => {
                tracing::warn!(session.id = %session.id(), "a refresh token was used again; its session ends");
                self.bus.publish(Signal::SessionsEnded { sessions: vec![session.id()] }).await;
                Err(RefreshInvalid.into())
            }
            None => Err(RefreshInvalid.into()),
        }
    }

    async fn user(&self, id: UserId) -> Result<User, Error> {
        Ok(self.directory.find(id).await?.ok_or(RefreshInvalid)?)
    }
}
