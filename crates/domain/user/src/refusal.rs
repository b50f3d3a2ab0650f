//! Why a request about an account is refused.

use kernel::{Code, ErrorCode};

/// Somebody else has it already. The contract answers all three with 400, not 409.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Taken {
    /// Another user has this e-mail address, perhaps in other letter case.
    #[error("the e-mail address belongs to another user")]
    Email,
    /// Another user has exactly this nickname.
    #[error("the nickname belongs to another user")]
    NickName,
    /// Somebody signed up with this account of a provider before.
    #[error("the social account belongs to another user")]
    SocialAccount,
}

impl ErrorCode for Taken {
    fn code(&self) -> Code {
        match self {
            Self::Email => Code::invalid("EMAIL_TAKEN"),
            Self::NickName => Code::invalid("NICKNAME_TAKEN"),
            Self::SocialAccount => Code::invalid("SOCIAL_ACCOUNT_TAKEN"),
        }
    }
}

/// No user has this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such user")]
pub struct UserNotFound;

impl ErrorCode for UserNotFound {
    fn code(&self) -> Code {
        Code::not_found("USER_NOT_FOUND")
    }
}

/// No maker has this id; perhaps a dreamer has. The contract answers 400 wherever a maker is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such maker")]
pub struct MakerNotFound;

impl ErrorCode for MakerNotFound {
    fn code(&self) -> Code {
        Code::invalid("MAKER_NOT_FOUND")
    }
}

/// The password is not the user's present one, or the user has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password is not the present one")]
pub struct WrongPassword;

impl ErrorCode for WrongPassword {
    fn code(&self) -> Code {
        Code::invalid("WRONG_PASSWORD")
    }
}
