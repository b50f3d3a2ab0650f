//! `GET /plans/{id}`: one plan.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::PlanQueries;
use kernel::PlanId;
use plan::PlanError;

use super::answers::PlanAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// A plan.
///
/// A SHOPPING trip comes with its address for its Dreamer, and for its confirmed Maker while it is
/// CONFIRMED. Refuses with `PLAN_NOT_FOUND`.
#[utoipa::path(get, path = "/plans/{id}", tag = "plans", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 200, body = PlanAnswer)))]
pub async fn show_plan(
    caller: Caller,
    PathId(id): PathId<PlanId>,
    plans: Data<Arc<dyn PlanQueries>>,
) -> Result<Json<PlanAnswer>, ApiError> {
    let plan = plans.find(id).await?.ok_or(PlanError::NotFound)?;
    Ok(Json(PlanAnswer::shown_to(caller.user, plan)))
}
