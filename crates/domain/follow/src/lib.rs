//! Dreamers follow makers.
//!
//! May depend on `kernel` only; who is a maker is known to the `user` crate, and the use case asks there
//! first. How many follow a maker is counted by the `stats` crate, from the event that a use case records.

mod follow;
mod port;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use follow::{AlreadyFollowing, Follow, NotFollowing};
#[cfg(feature = "mock")]
pub use port::MockFollowRepository;
pub use port::{AddFollow, FollowRepository, HasFollows, RemoveFollow};
