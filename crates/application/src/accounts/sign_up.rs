//! `POST /auth/signup`: somebody joins.

use std::sync::Arc;

use auth::{Password, PasswordHasher, TokenSigner};
use kernel::{Invalid, UserId};
use user::{Credentials, Email, HasUsers, NewUser, NickName, PhoneNumber, ProfileDetails, User};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What signing up needs.
    pub trait SignUpTx: HasUsers;
}

/// What the newcomer says, already understood field by field.
#[derive(Debug, Clone)]
pub struct Registration {
    pub nick_name: NickName,
    pub phone_number: PhoneNumber,
    /// Needed unless there is a sign-up token, and ignored if there is one.
    pub email: Option<Email>,
    /// Needed unless there is a sign-up token, and ignored if there is one.
    pub password: Option<Password>,
    /// Says by its kind which role it is.
    pub profile: ProfileDetails,
}

/// Signs somebody up, by e-mail and password or with a sign-up token that brings a social account.
pub struct SignUp {
    pub store: Store<dyn SignUpTx>,
    pub environment: Environment,
    pub hasher: Arc<dyn PasswordHasher>,
    pub signer: Arc<dyn TokenSigner>,
}

impl SignUp {
    /// Answers the new user's id. Refuses a taken e-mail address, nickname or social account.
    pub async fn run(&self, new: Registration, sign_up_token: Option<&str>) -> Result<UserId, Error> {
        let id = self.environment.next_id();
        let credentials = self.credentials(&new, sign_up_token).await?;
        let Registration { nick_name, phone_number, profile, .. } = new;
        let new = NewUser { id, nick_name, phone_number, credentials, profile };
        let (user, profile) = User::register(new, self.environment.now());
        atomically!(self.store, |tx| { Ok(tx.users().add(&user, &profile).await?.accepted()?) })?;
        tracing::info!(user.id = %id, user.role = %user.role(), "somebody signed up");
        Ok(id)
    }

    async fn credentials(&self, new: &Registration, token: Option<&str>) -> Result<Credentials, Error> {
        if let Some(token) = token {
            let claims = self.signer.read_sign_up(token, self.environment.now())?;
            return Ok(Credentials::Social { account: claims.account, email: claims.email });
        }
        let missing = |field| Invalid::field(field, "is required");
        let email = new.email.clone().ok_or_else(|| missing("user.email"))?;
        let password = new.password.clone().ok_or_else(|| missing("user.password"))?;
        Ok(Credentials::Password { email, hash: self.hasher.hash(password).await? })
    }
}
