//! Joining, logging in and out. The routes are public: they ignore whatever bearer a client still has,
//! but for logging out, which ends the session of the token, and signing up, which takes a sign-up token.

mod check;
mod cookie;
mod granted;
mod log_in;
mod log_out;
mod new_profile;
mod refresh;
mod sign_up;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        sign_up::sign_up,
        log_in::log_in,
        refresh::refresh_tokens,
        log_out::log_out,
        check::email_is_free,
        check::nick_name_is_free,
    ]
}
