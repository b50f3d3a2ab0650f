//! What the machine itself offers behind the ports of `kernel` and `auth`: the clock, ids, password
//! hashes, tokens and their secret, and rate limits for one process.
//!
//! May depend on `kernel`, `auth` and `user` and on crates that compute; on no store, no socket and no web
//! framework. A new capability of the machine gets a file of its own here, named after what it does,
//! and the port that it implements stays in the domain crate that asked for it.

mod clock;
mod ids;
mod password;
mod rate_limit;
mod refresh_token;
mod secret;
mod token;

pub use clock::{ShiftableClock, SystemClock};
pub use ids::UuidV7Ids;
pub use password::Argon2Hasher;
pub use rate_limit::InProcessRateLimiter;
pub use refresh_token::RandomRefreshTokens;
pub use secret::load_or_create_secret;
pub use token::JwtSigner;
