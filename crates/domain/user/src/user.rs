//! The user: an account, and how its owner proves to be its owner.

use std::fmt;

use kernel::{OAuthProvider, Role, Text, Timestamp, UserId};

use crate::email::Email;
use crate::profile::{Profile, ProfileDetails};
use crate::refusal::WrongPassword;

/// What a user is called by the others; nobody else has exactly the same.
pub type NickName = Text<50>;

/// A telephone number, in whatever notation its owner prefers.
pub type PhoneNumber = Text<30>;

/// What a provider calls a user: opaque, unique and lasting at that provider.
pub type SocialSubject = Text<255>;

/// A password that went through a slow hash, with its parameters and salt. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash in the notation of its algorithm, for stores and hashers.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for PasswordHash {
    fn from(hash: String) -> Self {
        Self(hash)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A user's account at a provider, which vouches for them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SocialAccount {
    provider: OAuthProvider,
    subject: SocialSubject,
}

/// We are no social provider ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("LOCAL is no social provider")]
pub struct NotASocialProvider;

impl SocialAccount {
    /// The account that `provider` calls `subject`.
    pub fn new(provider: OAuthProvider, subject: SocialSubject) -> Result<Self, NotASocialProvider> {
        match provider {
            OAuthProvider::Local => Err(NotASocialProvider),
            OAuthProvider::Google | OAuthProvider::Kakao | OAuthProvider::Naver => {
                Ok(Self { provider, subject })
            }
        }
    }

    /// Who vouches; never [`OAuthProvider::Local`].
    pub fn provider(&self) -> OAuthProvider {
        self.provider
    }

    /// What the provider calls the user.
    pub fn subject(&self) -> &str {
        self.subject.as_str()
    }
}

/// How the owner of an account proves to be its owner: chosen at sign-up, and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// By a password of ours.
    Password {
        /// Names the account at log-in.
        email: Email,
        /// Replaced when the password changes, or when its parameters have become too weak.
        hash: PasswordHash,
    },
    /// By a provider's word.
    Social {
        /// The account at the provider.
        account: SocialAccount,
        /// The address that the provider told us, if any.
        email: Option<Email>,
    },
}

/// Stored credentials that are neither a password's nor a provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("credentials need an e-mail address with a password hash, or else a social account")]
pub struct InvalidCredentials;

impl Credentials {
    /// Credentials from what a store keeps of them, each of which may be missing.
    pub fn restore(
        email: Option<Email>,
        hash: Option<PasswordHash>,
        account: Option<SocialAccount>,
    ) -> Result<Self, InvalidCredentials> {
        match (email, hash, account) {
            (Some(email), Some(hash), None) => Ok(Self::Password { email, hash }),
            (email, None, Some(account)) => Ok(Self::Social { account, email }),
            _ => Err(InvalidCredentials),
        }
    }
}

/// A registered user. Role and credentials' kind are for life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    parts: UserParts,
}

/// All that there is to know about a user, for stores to keep and to restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserParts {
    /// Whom we speak of.
    pub id: UserId,
    /// What the account is for.
    pub role: Role,
    /// What the others call them.
    pub nick_name: NickName,
    /// How to call them.
    pub phone_number: PhoneNumber,
    /// How they prove who they are.
    pub credentials: Credentials,
    /// When they signed up.
    pub created_at: Timestamp,
    /// When they last changed something about themselves.
    pub updated_at: Timestamp,
}

/// What somebody brings who signs up. Their role follows from the profile, so the two always agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// A new id.
    pub id: UserId,
    /// What the others shall call them.
    pub nick_name: NickName,
    /// How to call them.
    pub phone_number: PhoneNumber,
    /// How they will prove who they are.
    pub credentials: Credentials,
    /// What they show of themselves.
    pub profile: ProfileDetails,
}

impl User {
    /// Signs somebody up. Whether their e-mail address, nickname and social account are free is for the
    /// store to find out, which alone can know.
    pub fn register(new: NewUser, at: Timestamp) -> (Self, Profile) {
        let parts = UserParts {
            id: new.id,
            role: new.profile.role(),
            nick_name: new.nick_name,
            phone_number: new.phone_number,
            credentials: new.credentials,
            created_at: at,
            updated_at: at,
        };
        (Self { parts }, Profile::new(new.profile, at))
    }

    /// The user whom a store kept.
    pub fn restore(parts: UserParts) -> Self {
        Self { parts }
    }

    /// Takes another nickname; the store refuses one that is taken.
    pub fn rename(&mut self, nick_name: NickName, at: Timestamp) {
        self.parts.nick_name = nick_name;
        self.parts.updated_at = at;
    }

    /// Takes another telephone number.
    pub fn change_phone_number(&mut self, phone_number: PhoneNumber, at: Timestamp) {
        self.parts.phone_number = phone_number;
        self.parts.updated_at = at;
    }

    /// Replaces the password that was verified against the hash `verified` by the one behind `new`.
    ///
    /// Verifying takes long and happens outside the transaction. If the password was changed meanwhile,
    /// then `verified` is the hash of an old one, and this is refused. So it is for a user who has none.
    pub fn change_password(
        &mut self,
        verified: &PasswordHash,
        new: PasswordHash,
        at: Timestamp,
    ) -> Result<(), WrongPassword> {
        self.replace_hash(verified, new)?;
        self.parts.updated_at = at;
        Ok(())
    }

    /// Replaces the hash `verified` by a stronger one of the same password. To their owner nothing has
    /// changed, so `updated_at` stays. Refused if the password was changed meanwhile.
    pub fn rehash(&mut self, verified: &PasswordHash, stronger: PasswordHash) -> Result<(), WrongPassword> {
        self.replace_hash(verified, stronger)
    }

    fn replace_hash(&mut self, verified: &PasswordHash, new: PasswordHash) -> Result<(), WrongPassword> {
        match &mut self.parts.credentials {
            Credentials::Password { hash, .. } if hash == verified => {
                *hash = new;
                Ok(())
            }
            Credentials::Password { .. } | Credentials::Social { .. } => Err(WrongPassword),
        }
    }

    /// Whom we speak of.
    pub fn id(&self) -> UserId {
        self.parts.id
    }

    /// What the account is for.
    pub fn role(&self) -> Role {
        self.parts.role
    }

    /// What the others call them.
    pub fn nick_name(&self) -> &NickName {
        &self.parts.nick_name
    }

    /// How to call them.
    pub fn phone_number(&self) -> &PhoneNumber {
        &self.parts.phone_number
    }

    /// How they prove who they are.
    pub fn credentials(&self) -> &Credentials {
        &self.parts.credentials
    }

    /// Their address; some providers tell none.
    pub fn email(&self) -> Option<&Email> {
        match &self.parts.credentials {
            Credentials::Password { email, .. } => Some(email),
            Credentials::Social { email, .. } => email.as_ref(),
        }
    }

    /// The hash of their password; who signed up by a provider has none.
    pub fn password_hash(&self) -> Option<&PasswordHash> {
        match &self.parts.credentials {
            Credentials::Password { hash, .. } => Some(hash),
            Credentials::Social { .. } => None,
        }
    }

    /// Their account at a provider, if that is how they signed up.
    pub fn social_account(&self) -> Option<&SocialAccount> {
        match &self.parts.credentials {
            Credentials::Password { .. } => None,
            Credentials::Social { account, .. } => Some(account),
        }
    }

    /// When they signed up.
    pub fn created_at(&self) -> Timestamp {
        self.parts.created_at
    }

    /// When they last changed something about themselves.
    pub fn updated_at(&self) -> Timestamp {
        self.parts.updated_at
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Clock, ErrorCode, Kind, testing::FakeClock};

    use super::*;
    use crate::testing::{a_dreamer, a_maker, a_social_dreamer, now};

    fn later() -> Timestamp {
        FakeClock::at("2031-01-16T03:00:00Z").now()
    }

    fn hash(text: &str) -> PasswordHash {
        text.to_owned().into()
    }

    #[test]
    fn role_and_profile_of_a_new_user_agree() {
        for (user, profile) in [a_dreamer(), a_maker(), a_social_dreamer()] {
            assert_eq!(user.role(), profile.details().role());
            assert_eq!((user.created_at(), user.updated_at()), (now(), now()));
        }
    }

    #[test]
    fn a_user_changes_name_and_number() {
        let (mut user, _) = a_dreamer();
        user.rename("바다".try_into().unwrap(), later());
        user.change_phone_number("+82 10 9876 5432".try_into().unwrap(), later());
        assert_eq!(user.nick_name().as_str(), "바다");
        assert_eq!(user.phone_number().as_str(), "+82 10 9876 5432");
        assert_eq!((user.created_at(), user.updated_at()), (now(), later()));
    }

    #[test]
    fn a_password_changes_only_from_the_one_that_was_verified() {
        let (mut user, _) = a_dreamer();
        let first = user.password_hash().unwrap().clone();
        assert_eq!(user.change_password(&first, hash("second"), later()), Ok(()));
        assert_eq!(user.change_password(&first, hash("third"), later()), Err(WrongPassword));
        assert_eq!(user.rehash(&first, hash("first, stronger")), Err(WrongPassword));
        assert_eq!(user.password_hash(), Some(&hash("second")));
    }

    #[test]
    fn a_stronger_hash_of_the_same_password_is_no_change_of_the_user() {
        let (mut user, _) = a_dreamer();
        let weak = user.password_hash().unwrap().clone();
        assert_eq!(user.rehash(&weak, hash("stronger")), Ok(()));
        assert_eq!(user.password_hash(), Some(&hash("stronger")));
        assert_eq!(user.updated_at(), now());
    }

    #[test]
    fn whoever_signed_up_by_a_provider_has_no_password_to_change() {
        let (mut user, _) = a_social_dreamer();
        assert_eq!(user.password_hash(), None);
        assert_eq!(user.change_password(&hash(""), hash("new"), later()), Err(WrongPassword));
        assert_eq!(WrongPassword.code().kind, Kind::Invalid);
    }

    #[test]
    fn we_are_no_social_provider_ourselves() {
        let subject: SocialSubject = "1".try_into().unwrap();
        assert_eq!(SocialAccount::new(OAuthProvider::Local, subject.clone()), Err(NotASocialProvider));
        let account = SocialAccount::new(OAuthProvider::Kakao, subject).unwrap();
        assert_eq!((account.provider(), account.subject()), (OAuthProvider::Kakao, "1"));
    }

    #[test]
    fn credentials_are_a_password_or_a_social_account_and_never_neither_or_both() {
        let (email, hash) = (|| Email::try_from("a@b.kr").ok(), || Some(hash("h")));
        let account = || SocialAccount::new(OAuthProvider::Naver, "1".try_into().unwrap()).ok();
        assert!(matches!(Credentials::restore(email(), hash(), None), Ok(Credentials::Password { .. })));
        for email in [email(), None] {
            assert!(matches!(Credentials::restore(email, None, account()), Ok(Credentials::Social { .. })));
        }
        for (email, hash, account) in [
            (None, None, None),
            (email(), None, None),
            (None, hash(), None),
            (email(), hash(), account()),
            (None, hash(), account()),
        ] {
            assert_eq!(Credentials::restore(email, hash, account), Err(InvalidCredentials));
        }
    }

    #[test]
    fn debug_output_has_neither_hash_nor_address() {
        let (user, _) = a_dreamer();
        let shown = format!("{user:?}");
        assert!(!shown.contains(user.password_hash().unwrap().as_str()));
        assert!(!shown.contains(user.email().unwrap().as_str()));
    }
}
