//! `GET /plans/maker`: the plans that a Maker may quote on.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{MakerPlanFilter, MakerPlanList, PlanOrder, PlanQueries};
use kernel::TripType;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answers::{PlanAnswer, TripTypeCount};
use super::order::PlansBy;
use crate::http::error::ApiError;
use crate::http::extract::{Flag, Maker, Paged, Query};
use crate::http::json::Json;
use crate::http::keyword::Keyword;
use crate::http::schema;

/// Which plans are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct MakerPlansQuery {
    /// What they are sorted by.
    #[param(inline)]
    order_by: Option<PlansBy>,
    /// Any of these types.
    #[serde(default)]
    #[param(value_type = Vec<schema::TripType>)]
    trip_type: Vec<TripType>,
    /// Only plans that asked this Maker, in any area; `false` is as if absent.
    #[param(inline)]
    is_assigned: Option<Flag>,
    /// A part of the title or of the Dreamer's nickname, in any case.
    #[serde(default)]
    #[param(value_type = Option<String>, max_length = 100, example = "제주")]
    keyword: Keyword,
}

impl From<MakerPlansQuery> for MakerPlanFilter {
    fn from(query: MakerPlansQuery) -> Self {
        let MakerPlansQuery { order_by, trip_type, is_assigned, keyword: Keyword(keyword) } = query;
        let order_by = order_by.map_or(PlanOrder::default(), PlanOrder::from);
        let only_assigned = is_assigned.is_some_and(|Flag(flag)| flag);
        Self { order_by, trip_types: trip_type, only_assigned, keyword }
    }
}

/// A page of plans, and how many of each type match.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MakerPlansAnswer {
    /// All plans that match, not only those on this page.
    #[schema(minimum = 0)]
    total_count: i64,
    /// As if no `tripType` had been asked for; types without any plan are left out.
    group_by_count: Vec<TripTypeCount>,
    list: Vec<PlanAnswer>,
}

impl From<MakerPlanList> for MakerPlansAnswer {
    fn from(found: MakerPlanList) -> Self {
        Self {
            total_count: found.plans.total,
            group_by_count: found.by_trip_type.into_iter().map(TripTypeCount::from).collect(),
            list: found.plans.list.into_iter().map(PlanAnswer::without_address).collect(),
        }
    }
}

/// PENDING plans in one's areas on which one has no quote.
///
/// Refuses with `ROLE_FORBIDDEN`.
#[utoipa::path(get, path = "/plans/maker", tag = "plans", params(Paged<5>, MakerPlansQuery),
    security(("bearer" = [])), responses((status = 200, body = MakerPlansAnswer)))]
pub async fn list_plans_for_maker(
    caller: Maker,
    Paged(page): Paged<5>,
    Query(query): Query<MakerPlansQuery>,
    plans: Data<Arc<dyn PlanQueries>>,
) -> Result<Json<MakerPlansAnswer>, ApiError> {
    let found = plans.for_maker(caller.user, &query.into(), page).await?;
    Ok(Json(found.into()))
}
