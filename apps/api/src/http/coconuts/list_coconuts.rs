//! `GET /coconuts`: what came into one's account and went out of it.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{PointEntryView, PointQueries};
use kernel::{PointEntryId, PointEvent, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{Caller, Paged};
use crate::http::json::{Json, Time};
use crate::http::schema;

/// A movement of coconuts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointEntryAnswer {
    #[schema(value_type = schema::Id)]
    id: PointEntryId,
    #[schema(value_type = schema::Id)]
    user_id: UserId,
    #[schema(value_type = schema::PointEvent)]
    event: PointEvent,
    /// Above zero for what came in, below for what went out.
    #[schema(examples(300, -120))]
    value: i64,
    created_at: Time,
    /// The same: an entry never changes.
    updated_at: Time,
}

impl From<PointEntryView> for PointEntryAnswer {
    fn from(entry: PointEntryView) -> Self {
        let PointEntryView { id, user, event, value, created_at } = entry;
        Self { id, user_id: user, event, value, created_at: created_at.into(), updated_at: created_at.into() }
    }
}

/// One's own log of coconuts.
#[utoipa::path(get, path = "/coconuts", tag = "coconuts", params(Paged<5>), security(("bearer" = [])),
    responses((status = 200, body = Vec<PointEntryAnswer>)))]
pub async fn list_coconuts(
    caller: Caller,
    Paged(page): Paged<5>,
    points: Data<Arc<dyn PointQueries>>,
) -> Result<Json<Vec<PointEntryAnswer>>, ApiError> {
    let entries = points.log(caller.user, page).await?;
    Ok(Json(entries.into_iter().map(PointEntryAnswer::from).collect()))
}
