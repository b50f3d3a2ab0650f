//! Users and their profiles: who somebody is, how they prove it, and what they show of themselves.
//!
//! Passwords are seen here as finished hashes only; making and checking them, sessions and tokens are the
//! `auth` crate's. May depend on `kernel` and nothing else of ours. A new thing to know about a user goes
//! into [`User`] or a profile, with a method for each way in which it may change, then into the stores'
//! rows; the contract in `testing` makes sure that they keep it.

mod email;
mod port;
mod profile;
mod refusal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod user;

pub use email::{Email, InvalidEmail};
pub use port::{AddUser, HasUsers, SaveUser, UserCard, UserDirectory, UserRepository, UserTx};
#[cfg(feature = "mock")]
pub use port::{MockUserDirectory, MockUserRepository};
pub use profile::{
    Choices, Description, DetailDescription, DreamerProfile, Gallery, MakerProfile, NothingChosen, Profile,
    ProfileDetails, ProfileUpdate,
};
pub use refusal::{MakerNotFound, Taken, UserNotFound, WrongPassword};
pub use user::{
    Credentials, InvalidCredentials, NewUser, NickName, NotASocialProvider, PasswordHash, PhoneNumber,
    SocialAccount, SocialSubject, User, UserParts,
};
