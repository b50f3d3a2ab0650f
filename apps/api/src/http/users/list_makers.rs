//! `GET /users/makers`: the Makers, for everybody.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{MakerFilter, MakerOrder, MakerQueries};
use kernel::enums::Named;
use kernel::{ServiceArea, TripType};
use serde::Deserialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema};

use super::answers::MakerCardAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{MaybeCaller, Paged, Query};
use crate::http::json::{Json, ListAnswer};
use crate::http::keyword::Keyword;
use crate::http::schema;

kernel::named_enum! {
    /// What Makers can be sorted by.
    pub enum MakersBy {
        Reviews = "REVIEWS",
        Ratings = "RATINGS",
        Confirms = "CONFIRMS",
    }
}

impl PartialSchema for MakersBy {
    fn schema() -> RefOr<Schema> {
        schema::names::<Self>("The number of reviews, the average rating, or the number of confirmed quotes.")
            .default(Some(Self::Reviews.as_str().into()))
            .into()
    }
}

/// Which Makers are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct MakersQuery {
    /// What they are sorted by, the most first.
    #[param(inline)]
    order_by: Option<MakersBy>,
    /// Makers who serve any of these.
    #[serde(default)]
    #[param(value_type = Vec<schema::ServiceArea>)]
    service_area: Vec<ServiceArea>,
    /// Makers who guide any of these.
    #[serde(default)]
    #[param(value_type = Vec<schema::TripType>)]
    service_type: Vec<TripType>,
    /// A part of the nickname, in any case.
    #[serde(default)]
    #[param(value_type = Option<String>, max_length = 100, example = "서울")]
    keyword: Keyword,
}

impl From<MakersQuery> for MakerFilter {
    fn from(query: MakersQuery) -> Self {
        let order_by = match query.order_by {
            None | Some(MakersBy::Reviews) => MakerOrder::Reviews,
            Some(MakersBy::Ratings) => MakerOrder::Ratings,
            Some(MakersBy::Confirms) => MakerOrder::Confirms,
        };
        let Keyword(keyword) = query.keyword;
        Self { order_by, service_areas: query.service_area, service_types: query.service_type, keyword }
    }
}

/// Makers.
#[utoipa::path(get, path = "/users/makers", tag = "users", params(Paged<5>, MakersQuery),
    security((), ("bearer" = [])), responses((status = 200, body = ListAnswer<MakerCardAnswer>)))]
pub async fn list_makers(
    viewer: MaybeCaller,
    Paged(page): Paged<5>,
    Query(query): Query<MakersQuery>,
    makers: Data<Arc<dyn MakerQueries>>,
) -> Result<Json<ListAnswer<MakerCardAnswer>>, ApiError> {
    let found = makers.list(&query.into(), viewer.user(), page).await?;
    Ok(Json(ListAnswer::of(found, MakerCardAnswer::from)))
}
