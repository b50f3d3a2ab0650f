//! What dreamers can do with reviews.

mod write_review;

pub use write_review::{ReviewDraft, WriteReview, WriteReviewTx};
