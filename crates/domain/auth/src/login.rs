//! Why a log-in or a refresh is refused. Each says as little as it can: what exactly was wrong would help
//! nobody but those who guess.

use kernel::{Code, ErrorCode};

/// The pair of e-mail address and password is wrong; which of the two is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the e-mail address or the password is wrong")]
pub struct LoginFailed;

impl ErrorCode for LoginFailed {
    fn code(&self) -> Code {
        Code::invalid("LOGIN_FAILED")
    }
}

/// The refresh token is missing, unknown, expired, or its session has ended. Never a 401: the web client
/// would answer that by refreshing, and only a 400 makes it log out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refresh token is not, or no longer, valid")]
pub struct RefreshInvalid;

impl ErrorCode for RefreshInvalid {
    fn code(&self) -> Code {
        Code::invalid("REFRESH_INVALID")
    }
}
