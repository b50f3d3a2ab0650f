//! Quotes: a Maker's own, and what becomes of one. Quoting on a plan is in [`plans`](super::plans).

pub mod answers;
mod confirm_quote;
mod list_own;
mod show_quote;
mod withdraw_quote;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        list_own::list_own_quotes,
        show_quote::show_quote,
        confirm_quote::confirm_quote,
        withdraw_quote::withdraw_quote,
    ]
}
