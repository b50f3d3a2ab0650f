//! `POST /plans`: a Dreamer posts a plan.

use std::sync::Arc;

use actix_web::web::Data;
use application::plans::{PlanDraft, PostPlan};
use application::queries::PlanQueries;
use kernel::{Invalid, ServiceArea, TripDate, TripType, Validation};
use plan::{Address, Details, PlanError, Title};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::PlanAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Dreamer};
use crate::http::json::Created;
use crate::http::schema;

/// A new plan.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPlanBody {
    #[schema(min_length = 1, max_length = 100, examples("제주에서 보내는 느린 하루"))]
    title: String,
    /// A date, or a date-time that falls on that day in Seoul; today or later.
    #[schema(examples("2031-05-06", "2031-05-05T15:00:00.000Z"))]
    trip_date: String,
    #[schema(value_type = schema::TripType)]
    trip_type: TripType,
    #[schema(value_type = schema::ServiceArea)]
    service_area: ServiceArea,
    #[schema(min_length = 1, max_length = 5000, examples("바다가 보이는 조용한 길을 걷고 싶어요."))]
    details: String,
    /// Where what is bought is sent; kept for SHOPPING trips only.
    #[schema(min_length = 1, max_length = 300, examples("서울특별시 중구 세종대로 110"))]
    address: Option<String>,
}

impl NewPlanBody {
    fn draft(self) -> Result<PlanDraft, Invalid> {
        let Self { trip_type, service_area, .. } = self;
        let mut check = Validation::default();
        let title = check.field("title", Title::try_from(self.title));
        let trip_date = check.field("tripDate", TripDate::try_from(self.trip_date.as_str()));
        let details = check.field("details", Details::try_from(self.details));
        let address = check.optional("address", self.address.map(Address::try_from));
        check.build(|| {
            Some(PlanDraft {
                title: title?,
                trip_date: trip_date?,
                trip_type,
                service_area,
                details: details?,
                address,
            })
        })
    }
}

/// Posts a plan.
///
/// A SHOPPING trip is answered with its address. Refuses with `ROLE_FORBIDDEN`, `TRIP_DATE_PAST`.
#[utoipa::path(post, path = "/plans", tag = "plans", request_body = NewPlanBody, security(("bearer" = [])),
    responses((status = 201, body = PlanAnswer)))]
pub async fn post_plan(
    caller: Dreamer,
    Body(body): Body<NewPlanBody>,
    post: Data<PostPlan>,
    plans: Data<Arc<dyn PlanQueries>>,
) -> Result<Created<PlanAnswer>, ApiError> {
    let id = post.run(caller.user, body.draft()?).await?;
    let plan = plans.find(id).await?.ok_or(PlanError::NotFound)?;
    Ok(Created(PlanAnswer::shown_to(caller.user, plan)))
}
