//! `PATCH /users/update`: nickname, phone number, password.

use std::sync::Arc;

use auth::{HasSessions, Password, PasswordAttempt, PasswordHasher, Verified};
use kernel::{Invalid, SessionId, UserId};
use user::{HasUsers, NickName, PasswordHash, PhoneNumber, UserDirectory, UserNotFound, WrongPassword};

use super::password_gate::{Claim, PasswordGate};
use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;
use crate::queries::SharedViews;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What changing an account needs.
    pub trait UpdateAccountTx: HasUsers, HasSessions;
}

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct AccountUpdate {
    pub nick_name: Option<NickName>,
    pub phone_number: Option<PhoneNumber>,
    /// The present password; by itself it changes nothing.
    pub password: Option<PasswordAttempt>,
    /// Needs the present one.
    pub new_password: Option<Password>,
}

/// Changes an account. A new password ends all other sessions.
pub struct UpdateAccount {
    pub store: Store<dyn UpdateAccountTx>,
    pub environment: Environment,
    pub directory: Arc<dyn UserDirectory>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub gate: Arc<PasswordGate>,
    pub bus: Arc<dyn Bus>,
    pub views: Arc<dyn SharedViews>,
}

impl UpdateAccount {
    /// Refuses a taken nickname and a wrong password, and then changes nothing at all. Wrong passwords count as
    /// failed log-ins do, and too many are refused for a while.
    pub async fn run(&self, id: UserId, session: SessionId, update: AccountUpdate) -> Result<(), Error> {
        let hashes = self.new_hash(id, &update).await?;
        let ended = atomically!(self.store, |tx| {
            let at = self.environment.now();
            let mut user = tx.users().find_for_update(id).await?.ok_or(UserNotFound)?;
            if let Some(nick_name) = &update.nick_name {
                user.rename(nick_name.clone(), at);
            }
            if let Some(phone_number) = &update.phone_number {
                user.change_phone_number(phone_number.clone(), at);
            }
            if let Some((verified, new)) = &hashes {
                user.change_password(verified, new.clone(), at)?;
            }
            tx.users().save(&user).await?.accepted()?;
            if hashes.is_none() {
                return Ok(Vec::new());
            }
            Ok(tx.sessions().end_all_of(id, Some(session), at).await?)
        })?;
        self.views.maker_changed(id).await;
        if !ended.is_empty() {
            self.bus.publish(Signal::SessionsEnded { sessions: ended }).await;
        }
        Ok(())
    }

    /// The hash that the present password was checked against, and the one to replace it by; hashing
    /// takes long, so it's done before the transaction.
    async fn new_hash(
        &self,
        id: UserId,
        update: &AccountUpdate,
    ) -> Result<Option<(PasswordHash, PasswordHash)>, Error> {
        let Some(new) = update.new_password.clone() else { return Ok(None) };
        let present =
            update.password.clone().ok_or_else(|| Invalid::field("password", "is required to change it"))?;
        let user = self.directory.find(id).await?.ok_or(UserNotFound)?;
        let (email, verified) = user.email().zip(user.password_hash()).ok_or(WrongPassword)?;
        let check = async {
            let answer = self.hasher.verify(present, Some(verified.clone())).await?;
            Ok((answer != Verified::No).then_some(()))
        };
        self.gate.check(Claim::Again(email), check).await?.ok_or(WrongPassword)?;
        Ok(Some((verified.clone(), self.hasher.hash(new).await?)))
    }
}
