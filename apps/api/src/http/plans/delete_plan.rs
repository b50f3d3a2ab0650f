//! `DELETE /plans/{id}`: its owner deletes a plan.

use actix_web::web::Data;
use application::plans::DeletePlan;
use kernel::PlanId;

use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::NoContent;
use crate::http::schema;

/// Deletes a plan of one's own, and the quotes on it.
///
/// Refuses with `PLAN_NOT_FOUND`, `PLAN_NOT_OWNED`, `PLAN_CONFIRMED`.
#[utoipa::path(delete, path = "/plans/{id}", tag = "plans", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 204)))]
pub async fn delete_plan(
    caller: Caller,
    PathId(id): PathId<PlanId>,
    plans: Data<DeletePlan>,
) -> Result<NoContent, ApiError> {
    plans.run(id, caller.user).await?;
    Ok(NoContent)
}
