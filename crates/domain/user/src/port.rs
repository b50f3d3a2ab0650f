//! What the domain needs from a store of users.

use async_trait::async_trait;
use kernel::{ProfileImage, Role, ServiceArea, StoreError, UserId};

use crate::email::Email;
use crate::profile::Profile;
use crate::refusal::Taken;
use crate::user::{NickName, SocialAccount, User};

/// The users and their profiles, seen from inside one transaction.
///
/// The store MUST keep unique, against concurrent transactions too: the nickname (exactly), the folded
/// e-mail address ([`Email::folded`]; of all users, however they signed up) and the social account. An
/// outcome other than `Added` or `Saved` changes nothing and leaves the transaction usable.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send {
    /// Adds a user with their profile. If several things are taken, the outcome names one of them.
    async fn add(&mut self, user: &User, profile: &Profile) -> Result<AddUser, StoreError>;

    /// Loads the user and locks them until the transaction ends.
    async fn find_for_update(&mut self, id: UserId) -> Result<Option<User>, StoreError>;

    /// Overwrites the stored user of the same id. A user's own nickname is no conflict.
    async fn save(&mut self, user: &User) -> Result<SaveUser, StoreError>;

    /// Loads the user's profile and locks it until the transaction ends.
    async fn find_profile_for_update(&mut self, id: UserId) -> Result<Option<Profile>, StoreError>;

    /// Overwrites the user's profile.
    async fn save_profile(&mut self, id: UserId, profile: &Profile) -> Result<(), StoreError>;

    /// The areas that the maker serves, in their order; `None` if nobody, or a dreamer, has this id.
    async fn find_maker(&mut self, id: UserId) -> Result<Option<Vec<ServiceArea>>, StoreError>;

    /// The user's nickname.
    async fn nick_name(&mut self, id: UserId) -> Result<Option<NickName>, StoreError>;
}

/// What came of adding a user.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddUser {
    /// The user is registered.
    Added,
    /// Another user has the e-mail address, perhaps in other letter case.
    EmailTaken,
    /// Another user has the nickname.
    NickNameTaken,
    /// Another user has the social account.
    SocialAccountTaken,
}

impl AddUser {
    /// The outcome as a refusal, for `?`.
    pub fn accepted(self) -> Result<(), Taken> {
        match self {
            Self::Added => Ok(()),
            Self::EmailTaken => Err(Taken::Email),
            Self::NickNameTaken => Err(Taken::NickName),
            Self::SocialAccountTaken => Err(Taken::SocialAccount),
        }
    }
}

/// What came of saving a user.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveUser {
    /// The user is stored.
    Saved,
    /// Another user has the nickname.
    NickNameTaken,
}

impl SaveUser {
    /// The outcome as a refusal, for `?`.
    pub fn accepted(self) -> Result<(), Taken> {
        match self {
            Self::Saved => Ok(()),
            Self::NickNameTaken => Err(Taken::NickName),
        }
    }
}

/// A transaction in which users can be read and written.
pub trait HasUsers: Send {
    /// The users, in this transaction.
    fn users(&mut self) -> &mut dyn UserRepository;
}

kernel::bundle! {
    /// All that the contract of this crate's ports needs from a transaction.
    pub trait UserTx: HasUsers;
}

/// What is shown of a user beside something that they take part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCard {
    /// Whom we speak of.
    pub id: UserId,
    /// What their account is for.
    pub role: Role,
    /// What the others call them.
    pub nick_name: NickName,
    /// The picture that stands for them.
    pub image: ProfileImage,
}

/// The users, as they were last committed; outside of transactions.
///
/// What committed before a call MUST be seen by it: a sign-up is followed by a log-in at once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// The user of this id.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user with this e-mail address, in whatever letter case.
    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, StoreError>;

    /// The user who signed up with this social account.
    async fn find_by_social(&self, account: &SocialAccount) -> Result<Option<User>, StoreError>;

    /// Whether no user has this e-mail address, in whatever letter case. A hint: only
    /// [`UserRepository::add`] decides.
    async fn email_is_free(&self, email: &Email) -> Result<bool, StoreError>;

    /// Whether no user has exactly this nickname. A hint, like [`Self::email_is_free`].
    async fn nick_name_is_free(&self, nick_name: &NickName) -> Result<bool, StoreError>;

    /// The cards of these users, in any order, each once, in one round trip; unknown ids are left out.
    async fn cards(&self, ids: &[UserId]) -> Result<Vec<UserCard>, StoreError>;
}
