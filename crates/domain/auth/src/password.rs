//! Passwords, before they are hashed.

use std::error::Error;
use std::fmt;

use kernel::{Code, ErrorCode};

/// A password that somebody chooses: 6 to 128 characters, of any kind. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A text that can't be chosen as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have {min} to {max} characters", min = Password::MIN_CHARS, max = Password::MAX_CHARS)]
pub struct InvalidPassword;

impl Password {
    /// The fewest characters (Unicode scalar values).
    pub const MIN_CHARS: usize = 6;
    /// The most characters.
    pub const MAX_CHARS: usize = 128;

    /// The password itself, for hashers.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Password {
    type Error = InvalidPassword;

    fn try_from(raw: String) -> Result<Self, InvalidPassword> {
        // One more than allowed is enough to know, however long the text goes on.
        let length = raw.chars().take(Self::MAX_CHARS + 1).count();
        (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&length).then_some(Self(raw)).ok_or(InvalidPassword)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What somebody claims their password to be. Any text, since accounts that were brought over may have
/// passwords which could not be chosen today; bounded, so that hashing it has a bounded cost. Not shown
/// by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordAttempt(String);

/// A text that nobody can have as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have at most {max} bytes", max = PasswordAttempt::MAX_BYTES)]
pub struct InvalidAttempt;

impl PasswordAttempt {
    /// The most bytes in UTF-8; twice as many as a [`Password`] can have.
    pub const MAX_BYTES: usize = 1024;

    /// The claimed password itself, for hashers.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PasswordAttempt {
    type Error = InvalidAttempt;

    fn try_from(raw: String) -> Result<Self, InvalidAttempt> {
        (raw.len() <= Self::MAX_BYTES).then_some(Self(raw)).ok_or(InvalidAttempt)
    }
}

impl From<Password> for PasswordAttempt {
    fn from(password: Password) -> Self {
        Self(password.0)
    }
}

impl From<PasswordAttempt> for String {
    fn from(attempt: PasswordAttempt) -> Self {
        attempt.0
    }
}

impl fmt::Debug for PasswordAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordAttempt(…)")
    }
}

/// A password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many are waiting to be hashed already.
    #[error("too many passwords are being hashed")]
    Overloaded,
    /// A stored hash that can't be read, or no memory or randomness to be had.
    #[error("a password could not be hashed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl ErrorCode for HashingError {
    fn code(&self) -> Code {
        match self {
            Self::Overloaded => Code::unavailable("HASHING_OVERLOADED"),
            Self::Failed(_) => Code::internal("INTERNAL"),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Overloaded => Some(1),
            Self::Failed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Kind;

    use super::*;

    #[test]
    fn a_password_has_6_to_128_characters_of_any_kind() {
        for good in ["secret", "비밀번호입니", " \t\0\n \u{1F334}", &"ぁ".repeat(128)] {
            assert_eq!(Password::try_from(good.to_owned()).unwrap().expose(), good);
        }
        for bad in ["", "short", "비밀번호입", &"a".repeat(129), &"a".repeat(1_000_000)] {
            assert_eq!(Password::try_from(bad.to_owned()), Err(InvalidPassword));
        }
    }

    #[test]
    fn an_attempt_is_any_text_that_is_not_too_long_to_be_hashed() {
        for good in ["", "x", &"a".repeat(1024)] {
            assert_eq!(PasswordAttempt::try_from(good.to_owned()).unwrap().expose(), good);
        }
        assert_eq!(PasswordAttempt::try_from("a".repeat(1025)), Err(InvalidAttempt));
    }

    #[test]
    fn every_password_can_be_attempted() {
        let longest = Password::try_from("\u{10FFFF}".repeat(128)).unwrap();
        assert!(PasswordAttempt::try_from(longest.expose().to_owned()).is_ok());
        assert_eq!(PasswordAttempt::from(longest.clone()).expose(), longest.expose());
    }

    #[test]
    fn passwords_do_not_show_in_debug_output() {
        let password = Password::try_from("secret".to_owned()).unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(format!("{:?}", PasswordAttempt::from(password)), "PasswordAttempt(…)");
    }

    #[test]
    fn an_overloaded_hasher_asks_to_come_again() {
        assert_eq!(HashingError::Overloaded.code().kind, Kind::Unavailable);
        assert_eq!(HashingError::Overloaded.retry_after(), Some(1));
    }
}
