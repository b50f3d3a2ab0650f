//! Users: oneself, Makers as everybody sees them, profiles, and who follows whom.

pub mod answers;
mod follow;
mod list_following;
mod list_makers;
pub mod profile;
mod show_maker;
mod show_me;
mod show_profile;
mod update_account;
mod update_profile;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        show_me::show_me,
        update_account::update_account,
        list_makers::list_makers,
        show_maker::show_maker,
        list_following::list_following,
        show_profile::show_profile,
        update_profile::update_profile,
        follow::follow_maker,
        follow::unfollow_maker,
    ]
}
