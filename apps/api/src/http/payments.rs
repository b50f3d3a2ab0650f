//! Payments, which buy coconuts.

mod answers;
mod complete_payment;
mod post_payment;
mod receive_webhook;
mod show_payment;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        post_payment::post_payment,
        complete_payment::complete_payment,
        show_payment::show_payment,
        receive_webhook::receive_webhook,
    ]
}
