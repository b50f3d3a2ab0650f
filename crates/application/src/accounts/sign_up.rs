//! `POST /auth/signup`: somebody joins.

use std::sync::Arc;

use auth::{Password, PasswordHasher, TokenSigner};
use kernel::{UserId, Validation};
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
    ///
    /// `bearer` is whatever token the client sent: a valid sign-up token counts, anything else (an old
    /// access token, an expired sign-up token) is ignored, and then e-mail and password are needed.
    pub async fn run(&self, new: Registration, bearer: Option<&str>) -> Result<UserId, Error> {
        let id = self.environment.next_id();
        let credentials = self.credentials(&new, bearer).await?;
        let Registration { nick_name, phone_number, profile, .. } = new;
        let new = NewUser { id, nick_name, phone_number, credentials, profile };
        let (user, profile) = User::register(new, self.environment.now());
        atomically!(self.store, |tx| { Ok(tx.users().add(&user, &profile).await?.accepted()?) })?;
        tracing::info!(user.id = %id, user.role = %user.role(), "somebody signed up");
        Ok(id)
    }

    async fn credentials(&self, new: &Registration, bearer: Option<&str>) -> Result<Credentials, Error> {
        let now = self.environment.now();
        if let Some(claims) = bearer.and_then(|token| self.signer.read_sign_up(token, now).ok()) {
            return Ok(Credentials::Social { account: claims.account, email: claims.email });
        }
        let mut check = Validation::default();
        let email = check.field("user.email", new.email.clone().ok_or("is required"));
        let password = check.field("user.password", new.password.clone().ok_or("is required"));
        let (email, password) = check.build(|| Some((email?, password?)))?;
        Ok(Credentials::Password { email, hash: self.hasher.hash(password).await? })
    }
}
