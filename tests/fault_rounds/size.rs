//! How much of each fault.

use std::env;

/// The first, or the second where the rounds are played in full.
pub fn sized<T>(short: T, full: T) -> T {
    let in_full = env::var("GOFORME_FAULTS").is_ok_and(|size| size == "full");
    if in_full { full } else { short }
}
