//! `GET /health/live`: the process is up.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::json::Json;

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alive {
    /// Always `up`.
    #[schema(examples("up"))]
    status: &'static str,
}

/// Whether the process is up.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Alive)))]
pub async fn live() -> Json<Alive> {
    Json(Alive { status: "up" })
}
