//! `GET /plans/groupCount`: how many plans there are, and where or of what type.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::PlanQueries;
use kernel::ServiceArea;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answers::TripTypeCount;
use crate::http::error::ApiError;
use crate::http::extract::{MaybeCaller, Query};
use crate::http::json::Json;
use crate::http::schema;

/// Which plans are counted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct CountQuery {
    /// Those of one area only, by type instead of by area.
    #[param(value_type = Option<schema::ServiceArea>)]
    service_area: Option<ServiceArea>,
}

/// How many plans there are in an area.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AreaCount {
    #[schema(value_type = schema::ServiceArea)]
    service_area: ServiceArea,
    #[schema(minimum = 1)]
    count: i64,
}

/// One group of plans, by area or by type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PlanCount {
    /// Without a filter.
    Area(AreaCount),
    /// In one area.
    TripType(TripTypeCount),
}

/// How many plans there are, whatever their status.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanCountAnswer {
    /// In all groups together.
    #[schema(minimum = 0)]
    total_count: i64,
    /// Groups without any plan are left out.
    group_by_count: Vec<PlanCount>,
}

impl PlanCountAnswer {
    fn of<G>(counts: Vec<(G, i64)>, group: impl Fn((G, i64)) -> PlanCount) -> Self {
        Self {
            total_count: counts.iter().map(|(_, count)| count).sum(),
            group_by_count: counts.into_iter().map(group).collect(),
        }
    }
}

/// How many plans there are, by area, or by type in one area.
#[utoipa::path(get, path = "/plans/groupCount", tag = "plans", params(CountQuery),
    security((), ("bearer" = [])), responses((status = 200, body = PlanCountAnswer)))]
pub async fn count_plans(
    _: MaybeCaller,
    Query(query): Query<CountQuery>,
    plans: Data<Arc<dyn PlanQueries>>,
) -> Result<Json<PlanCountAnswer>, ApiError> {
    let answer = match query.service_area {
        Some(area) => PlanCountAnswer::of(plans.count_by_trip_type(area).await?, |group| {
            PlanCount::TripType(group.into())
        }),
        None => PlanCountAnswer::of(plans.count_by_area().await?, |(service_area, count)| {
            PlanCount::Area(AreaCount { service_area, count })
        }),
    };
    Ok(Json(answer))
}
