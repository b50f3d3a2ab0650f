//! `GET /health/ready`: the process can do its work.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use futures_util::future::join_all;
use serde::Serialize;
use utoipa::ToSchema;

use super::HealthCheck;

/// Longer than this, and a dependency counts as down.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// It works.
    Up,
    /// It does not.
    Down,
}

/// How one dependency is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DependencyHealth {
    /// How it is.
    status: HealthStatus,
    /// Whether nothing works without it.
    required: bool,
}

/// How the process is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `down` if something that nothing works without is down.
    status: HealthStatus,
    /// Each dependency by its name.
    dependencies: BTreeMap<&'static str, DependencyHealth>,
}

/// Whether the process can do its work.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, body = Readiness, description = "It can."),
    (status = 503, body = Readiness, description = "It can't; `dependencies` tells why."),
))]
pub async fn ready(checks: Data<Vec<Arc<dyn HealthCheck>>>) -> HttpResponse {
    let dependencies: BTreeMap<_, _> =
        join_all(checks.iter().map(|check| ask(&**check))).await.into_iter().collect();
    let broken = dependencies.values().any(|one| one.required && one.status == HealthStatus::Down);
    let status = if broken { HealthStatus::Down } else { HealthStatus::Up };
    let mut response = if broken { HttpResponse::ServiceUnavailable() } else { HttpResponse::Ok() };
    response.json(Readiness { status, dependencies })
}

async fn ask(check: &dyn HealthCheck) -> (&'static str, DependencyHealth) {
    let status = match tokio::time::timeout(PATIENCE, check.check()).await {
        Ok(Ok(())) => HealthStatus::Up,
        Ok(Err(error)) => {
            tracing::warn!(dependency = check.name(), error, "a dependency is down");
            HealthStatus::Down
        }
        Err(_) => {
            tracing::warn!(dependency = check.name(), "a dependency did not answer in time");
            HealthStatus::Down
        }
    };
    (check.name(), DependencyHealth { status, required: check.is_required() })
}
