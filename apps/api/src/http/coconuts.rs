//! Coconuts.

mod list_coconuts;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![list_coconuts::list_coconuts]
}
