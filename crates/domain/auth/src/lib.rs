//! How callers show who they are: passwords, access and sign-up tokens, sessions with their refresh
//! tokens, and the brake on guessing passwords.
//!
//! May depend on `kernel` and `user`. Which hash and which signature are used is up to the adapters; what
//! is accepted, and for how long, is decided here. A new kind of token gets claims of its own in
//! [`AccessClaims`]' module, two methods of [`TokenSigner`], and a case in the contract which shows that
//! no other kind is accepted in its place.

mod login;
mod password;
mod port;
mod refresh_token;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod throttle;
mod token;

pub use login::{LoginFailed, RefreshInvalid};
#[cfg(feature = "mock")]
pub use password::MockPasswordHasher;
pub use password::{
    HashingError, InvalidAttempt, InvalidPassword, Password, PasswordAttempt, PasswordHasher, Verified,
};
pub use port::{HasSessions, SessionDirectory, SessionRepository, SessionTx};
#[cfg(feature = "mock")]
pub use port::{MockSessionDirectory, MockSessionRepository};
#[cfg(feature = "mock")]
pub use refresh_token::MockRefreshTokenGenerator;
pub use refresh_token::{
    MalformedRefreshToken, NewRefreshToken, RefreshToken, RefreshTokenGenerator, RefreshTokenHash,
    StoredRefreshToken,
};
pub use session::{REUSE_GRACE, Rotation, Session, SessionState, decide};
#[cfg(feature = "mock")]
pub use throttle::MockRateLimiter;
pub use throttle::{Admission, AdmitError, Attempt, Limit, LoginThrottle, RateLimiter};
#[cfg(feature = "mock")]
pub use token::MockTokenSigner;
pub use token::{AccessClaims, SignUpClaims, SigningError, TokenError, TokenSigner};
