//! What the machine itself offers behind the ports of `kernel` and `auth`: the clock, ids, password
//! hashes, tokens and their secret, and rate limits for one process.
//!
//! May depend on `kernel` and `auth` and on crates that compute; on no store, no socket and no web
//! framework. A new capability of the machine gets a file of its own here, named after what it does,
//! and the port that it implements stays in the domain crate that asked for it.

pub mod clock;
pub mod ids;
pub mod secret;

pub use clock::{ShiftableClock, SystemClock};
pub use ids::UuidV7Ids;
pub use secret::load_or_create_secret;
