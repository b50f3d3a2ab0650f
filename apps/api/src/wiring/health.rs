//! What readiness asks of the adapters.

use std::error::Error;

use async_trait::async_trait;
use embedded::Sqlite;

use crate::http::health::HealthCheck;

/// The embedded store: nothing works without it.
pub struct SqliteHealth(pub Sqlite);

#[async_trait]
impl HealthCheck for SqliteHealth {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    async fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.0.ping().await?)
    }
}
