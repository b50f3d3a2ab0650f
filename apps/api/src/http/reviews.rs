//! Reviews: written by Dreamers about the Makers of completed trips.

mod list_of_maker;
mod list_own;
mod write_review;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![list_own::list_own_reviews, list_of_maker::list_reviews_of_maker, write_review::write_review,]
}
