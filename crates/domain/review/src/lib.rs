//! Reviews: what a dreamer says of a maker after a completed trip. One per trip, never changed.
//!
//! Depends on the kernel and on `plan`, whose state decides whether a review may be written. A new rule
//! is a check in [`Review::write`] with a variant of [`ReviewError`].

mod port;
mod review;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

#[cfg(feature = "mock")]
pub use port::MockReviewRepository;
pub use port::{AddReview, HasReviews, ReviewRepository};
pub use review::{Content, InvalidRating, NewReview, Rating, Review, ReviewError, ReviewParts};
