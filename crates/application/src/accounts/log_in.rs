//! `POST /auth/login`: e-mail and password for tokens.

use std::net::IpAddr;
use std::sync::Arc;

use auth::{HasSessions, LoginFailed, PasswordAttempt, PasswordHasher, Session, Verified};
use kernel::SessionId;
use user::{Email, HasUsers, PasswordHash, User, UserDirectory};

use super::password_gate::{Claim, PasswordGate};
use super::tokens::{Grant, TokenMint};
use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What logging in needs.
    pub trait LogInTx: HasSessions, HasUsers;
}

/// Logs somebody in. Unknown addresses and wrong passwords can't be told apart, neither by the answer
/// nor by the time it takes.
pub struct LogIn {
    pub store: Store<dyn LogInTx>,
    pub environment: Environment,
    pub directory: Arc<dyn UserDirectory>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub gate: Arc<PasswordGate>,
    pub mint: TokenMint,
}

/// A password that was found right, and how.
struct Checked {
    user: User,
    hash: PasswordHash,
    is_outdated: bool,
}

impl LogIn {
    /// Opens a session. Refuses a wrong pair, and everything for a while after too many failures.
    pub async fn run(
        &self,
        email: &Email,
        attempt: PasswordAttempt,
        address: IpAddr,
    ) -> Result<Grant, Error> {
        let checked = self.gate.check(Claim::LogIn(email, address), self.check(email, &attempt)).await?;
        let Checked { user, hash, is_outdated } = checked.ok_or(LoginFailed)?;
        let grant = self.open_session(&user, &hash).await?;
        if is_outdated && let Err(error) = self.rehash(&user, &hash, attempt).await {
            tracing::warn!(user.id = %user.id(), %error, "an outdated password hash could not be replaced");
        }
        Ok(grant)
    }

    /// What is known of somebody whose password is right.
    async fn check(&self, email: &Email, attempt: &PasswordAttempt) -> Result<Option<Checked>, Error> {
        let user = self.directory.find_by_email(email).await?;
        let hash = user.as_ref().and_then(User::password_hash).cloned();
        let verified = self.hasher.verify(attempt.clone(), hash.clone()).await?;
        let is_outdated = match verified {
            Verified::No => return Ok(None),
            Verified::Yes => false,
            Verified::YesButOutdated => true,
        };
        Ok(user.zip(hash).map(|(user, hash)| Checked { user, hash, is_outdated }))
    }

    /// Opens a session, unless the password was changed since `verified` was checked: that change ended
    /// all sessions, and a log-in with the old password must not slip in behind it.
    async fn open_session(&self, user: &User, verified: &PasswordHash) -> Result<Grant, Error> {
        let at = self.environment.now();
        let session = Session::open(self.environment.next_id::<SessionId>(), user.id(), at);
        let (token, kept) = self.mint.refresh_token(at);
        atomically!(self.store, |tx| {
            let user = tx.users().find_for_update(user.id()).await?.ok_or(LoginFailed)?;
            if user.password_hash() != Some(verified) {
                return Err(LoginFailed.into());
            }
            Ok(tx.sessions().add(&session, &kept).await?)
        })?;
        self.mint.grant(user.id(), user.role(), session.id(), token, at)
    }

    /// Replaces a hash that is weaker than today's; a password changed meanwhile is left alone.
    async fn rehash(&self, user: &User, old: &PasswordHash, attempt: PasswordAttempt) -> Result<(), Error> {
        // A password from before today's limits on length still works; it just keeps its old hash.
        let Ok(password) = String::from(attempt).try_into() else { return Ok(()) };
        let stronger = self.hasher.hash(password).await?;
        atomically!(self.store, |tx| {
            let Some(mut user) = tx.users().find_for_update(user.id()).await? else { return Ok(()) };
            if user.rehash(old, stronger.clone()).is_ok() {
                tx.users().save(&user).await?.accepted()?;
            }
            Ok(())
        })
    }
}
