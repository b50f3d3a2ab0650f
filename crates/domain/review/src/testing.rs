//! Reviews for tests, and the contract of the port as a suite that runs on every adapter.

#![expect(clippy::expect_used, reason = "for tests only")]

#[cfg(feature = "testing")]
mod contract;

use user::testing::{ids, now};

#[cfg(feature = "testing")]
pub use contract::*;

use crate::review::{NewReview, Review, ReviewParts};

/// What some dreamer says of some maker: four stars.
pub fn a_new_review() -> NewReview {
    NewReview {
        id: ids().next(),
        writer: ids().next(),
        owner: ids().next(),
        rating: 4.try_into().expect("a rating"),
        content: "골목마다 이야기가 있었어요".try_into().expect("a content"),
    }
}

/// A review with four stars by some dreamer of some maker and some trip.
pub fn a_review() -> Review {
    a_review_with(|_| {})
}

/// [`a_review`] with a line or two of change.
pub fn a_review_with(change: impl FnOnce(&mut ReviewParts)) -> Review {
    let NewReview { id, writer, owner, rating, content } = a_new_review();
    let mut parts = ReviewParts {
        id,
        writer,
        owner,
        plan: ids().next(),
        rating,
        content,
        created_at: now(),
        updated_at: now(),
    };
    change(&mut parts);
    Review::restore(parts)
}
