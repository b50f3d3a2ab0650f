//! `POST /plans/{id}/assign`, `DELETE /plans/{id}/assign`: a Dreamer asks a Maker for a quote, and the
//! Maker turns the request down.

use std::sync::Arc;

use actix_web::web::Data;
use application::plans::{AskMaker, TurnDownRequest};
use application::queries::PlanQueries;
use kernel::{PlanId, UserId};
use plan::PlanError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::PlanAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Dreamer, Maker, PathId};
use crate::http::json::{Created, NoContent};
use crate::http::schema;

/// Who is asked.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskMakerBody {
    #[schema(value_type = schema::Id)]
    assignee_id: UserId,
}

/// Asks a Maker for a quote on a plan of one's own.
///
/// Refuses with `ROLE_FORBIDDEN`, `PLAN_NOT_FOUND`, `PLAN_NOT_OWNED`, `PLAN_NOT_PENDING`,
/// `MAKER_NOT_FOUND`, `MAKER_ALREADY_ASKED`, `AREA_NOT_SERVED`.
#[utoipa::path(post, path = "/plans/{id}/assign", tag = "plans", params(("id" = schema::Id, Path)),
    request_body = AskMakerBody, security(("bearer" = [])), responses((status = 201, body = PlanAnswer)))]
pub async fn ask_maker(
    caller: Dreamer,
    PathId(id): PathId<PlanId>,
    Body(body): Body<AskMakerBody>,
    ask: Data<AskMaker>,
    plans: Data<Arc<dyn PlanQueries>>,
) -> Result<Created<PlanAnswer>, ApiError> {
    ask.run(id, caller.user, body.assignee_id).await?;
    let plan = plans.find(id).await?.ok_or(PlanError::NotFound)?;
    Ok(Created(PlanAnswer::without_address(plan)))
}

/// Turns down a Dreamer's request for a quote.
///
/// Refuses with `ROLE_FORBIDDEN`, `PLAN_NOT_FOUND`, `PLAN_NOT_PENDING`, `MAKER_NOT_ASKED`.
#[utoipa::path(delete, path = "/plans/{id}/assign", tag = "plans", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 204)))]
pub async fn turn_down_request(
    caller: Maker,
    PathId(id): PathId<PlanId>,
    requests: Data<TurnDownRequest>,
) -> Result<NoContent, ApiError> {
    requests.run(id, caller.user).await?;
    Ok(NoContent)
}
