//! `PATCH /plans/{id}/complete`: its owner declares a trip over.

use std::sync::Arc;

use actix_web::web::Data;
use application::plans::CompletePlan;
use application::queries::PlanQueries;
use kernel::PlanId;
use plan::PlanError;

use super::answers::PlanAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// Declares a trip of one's own over, on any day; its Maker is paid.
///
/// Refuses with `PLAN_NOT_FOUND`, `PLAN_NOT_OWNED`, `PLAN_NOT_CONFIRMED`.
#[utoipa::path(patch, path = "/plans/{id}/complete", tag = "plans", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 200, body = PlanAnswer)))]
pub async fn complete_plan(
    caller: Caller,
    PathId(id): PathId<PlanId>,
    complete: Data<CompletePlan>,
    plans: Data<Arc<dyn PlanQueries>>,
) -> Result<Json<PlanAnswer>, ApiError> {
    complete.run(id, caller.user).await?;
    let plan = plans.find(id).await?.ok_or(PlanError::NotFound)?;
    Ok(Json(PlanAnswer::without_address(plan)))
}
