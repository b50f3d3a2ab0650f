//! How callers show who they are: passwords, access and sign-up tokens, sessions with their refresh
//! tokens, and the brake on guessing passwords.
//!
//! May depend on `kernel` and `user`. Which hash and which signature are used is up to the adapters; what
//! is accepted, and for how long, is decided here. A new kind of token gets claims of its own beside
//! [`AccessClaims`], two methods of [`TokenSigner`], and a case in the contract which shows that
//! no other kind is accepted in its place.

mod login;
mod password;
mod port;
mod refresh_token;
mod session;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod token;

pub use login::{LoginFailed, RefreshInvalid};
pub use password::{HashingError, InvalidAttempt, InvalidPassword, Password, PasswordAttempt};
pub use port::{
    Admission, HasSessions, PasswordHasher, RateLimiter, RefreshTokenGenerator, SessionDirectory,
    SessionRepository, TokenSigner, Verified,
};
#[cfg(feature = "mock")]
pub use port::{
    MockPasswordHasher, MockRateLimiter, MockRefreshTokenGenerator, MockSessionDirectory,
    MockSessionRepository, MockTokenSigner,
};
pub use refresh_token::{
    MalformedRefreshToken, NewRefreshToken, RefreshToken, RefreshTokenHash, StoredRefreshToken,
};
pub use session::{REUSE_GRACE, Rotation, Session, SessionState, decide};
pub use throttle::{AdmitError, Attempt, Limit, LoginThrottle};
pub use token::{AccessClaims, SignUpClaims, SigningError, TokenError};
