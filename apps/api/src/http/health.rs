//! Whether the process is up, and whether it can do its work.

mod live;
mod ready;

use std::error::Error;

use async_trait::async_trait;

use super::routes::{Endpoint, endpoints};

/// Something that the process depends on.
#[async_trait]
pub trait HealthCheck: Send + Sync {
    /// The name of the dependency, such as `store`.
    fn name(&self) -> &'static str;

    /// Whether nothing works without it. The rest is reported, but does not make the process unready.
    fn is_required(&self) -> bool {
        true
    }

    /// Asks the dependency for the least that shows it works. It is given two seconds.
    async fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![live::live, ready::ready]
}
