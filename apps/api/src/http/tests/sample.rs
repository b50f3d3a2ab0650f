//! Routes of every sort.

use kernel::{Kind, PlanId, PlanStatus, ServiceArea, StoreError, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::error::ApiError;
use crate::http::extract::{
    Body, Caller, ClientAddress, Dreamer, Flag, Maker, MaybeCaller, Paged, PathId, Query,
};
use crate::http::json::{Created, Json, ListAnswer, NoContent};
use crate::http::routes::{Endpoint, endpoints};
use crate::http::schema;

pub fn endpoints() -> Vec<Endpoint> {
    // `endpoints!` names `file::handler`; here all are in one file.
    use self as sample;
    endpoints![
        sample::show_plan,
        sample::own_plans,
        sample::list_plans,
        sample::post_plan,
        sample::delete_plan,
        sample::who_am_i,
        sample::makers_only,
        sample::maker_reviews,
        sample::where_am_i,
        sample::fail,
    ]
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanAnswer {
    #[schema(value_type = schema::Id)]
    id: PlanId,
    title: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPlan {
    #[schema(min_length = 1, max_length = 20)]
    title: String,
    place: Place,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    #[schema(value_type = Vec<schema::ServiceArea>)]
    service_areas: Vec<ServiceArea>,
    price: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Filter {
    #[serde(default)]
    #[param(value_type = Vec<schema::PlanStatus>)]
    status: Vec<PlanStatus>,
    #[serde(rename = "isAssigned")]
    #[param(inline)]
    assigned: Option<Flag>,
    keyword: Option<String>,
}

/// A plan.
///
/// Refuses with `PLAN_NOT_FOUND`.
#[utoipa::path(get, path = "/plans/{id}", tag = "plans", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 200, body = PlanAnswer)))]
pub async fn show_plan(_: Caller, PathId(id): PathId<PlanId>) -> Json<PlanAnswer> {
    Json(PlanAnswer { id, title: "a plan".to_owned() })
}

/// One's own plans.
///
/// Refuses with `ROLE_FORBIDDEN`.
#[utoipa::path(get, path = "/plans/dreamer", tag = "plans", params(Paged<3>, Filter),
    security(("bearer" = [])), responses((status = 200, body = ListAnswer<PlanAnswer>)))]
pub async fn own_plans(
    _: Dreamer,
    Paged(page): Paged<3>,
    Query(_): Query<Filter>,
) -> Json<ListAnswer<PlanAnswer>> {
    Json(ListAnswer { total_count: page.limit(), list: Vec::new() })
}

/// All plans.
#[utoipa::path(get, path = "/plans", tag = "plans", params(Filter),
    responses((status = 200, body = Vec<String>)))]
pub async fn list_plans(
    Query(filter): Query<Filter>,
) -> Json<(Vec<PlanStatus>, Option<bool>, Option<String>)> {
    Json((filter.status, filter.assigned.map(|flag| flag.0), filter.keyword))
}

/// Posts a plan.
#[utoipa::path(post, path = "/plans", tag = "plans", request_body = NewPlan,
    security(("bearer" = [])), responses((status = 201, body = String)))]
pub async fn post_plan(_: Caller, Body(plan): Body<NewPlan>) -> Created<String> {
    Created(format!("{} {:?} {}", plan.title, plan.place.service_areas, plan.place.price))
}

/// Deletes a plan.
///
/// Refuses with `PLAN_NOT_FOUND`, `PLAN_NOT_OWNED`, `PLAN_CONFIRMED`.
#[utoipa::path(delete, path = "/plans/{id}", tag = "plans", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 204)))]
pub async fn delete_plan(_: Caller, _: PathId<PlanId>) -> NoContent {
    NoContent
}

/// Who calls.
#[utoipa::path(get, path = "/who", security((), ("bearer" = [])), responses((status = 200, body = String)))]
pub async fn who_am_i(caller: MaybeCaller) -> Json<Option<UserId>> {
    Json(caller.user())
}

/// Only for makers.
#[utoipa::path(post, path = "/makers/only", request_body = NewPlan, security(("bearer" = [])),
    responses((status = 204)))]
pub async fn makers_only(_: Maker, _: Body<NewPlan>) -> NoContent {
    NoContent
}

/// The reviews of a maker, none for an unknown one.
#[utoipa::path(get, path = "/reviews/{makerId}", params(("makerId" = schema::Id, Path)),
    responses((status = 200, body = Vec<String>)))]
pub async fn maker_reviews(maker: Option<PathId<UserId>>) -> Json<Vec<UserId>> {
    Json(maker.into_iter().map(|PathId(id)| id).collect())
}

/// Where the caller is.
#[utoipa::path(get, path = "/where", responses((status = 200, body = String)))]
pub async fn where_am_i(ClientAddress(address): ClientAddress) -> Json<String> {
    Json(address.to_string())
}

/// Fails in the way that is asked for.
#[utoipa::path(get, path = "/fail/{how}", params(("how" = String, Path)), responses((status = 204)))]
pub async fn fail(how: actix_web::web::Path<String>) -> Result<NoContent, ApiError> {
    match how.as_str() {
        "panic" => panic!("the secret is 42"),
        "store" => Err(application::Error::from(StoreError::unavailable("the password is 42")).into()),
        "corrupt" => Err(application::Error::from(StoreError::corrupt("the row is 42")).into()),
        _ => Err(application::Error::from(Throttled).into()),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("too fast")]
struct Throttled;

impl kernel::ErrorCode for Throttled {
    fn code(&self) -> kernel::Code {
        kernel::Code { kind: Kind::TooMany, name: "LOGIN_THROTTLED" }
    }

    fn retry_after(&self) -> Option<u64> {
        Some(17)
    }
}
