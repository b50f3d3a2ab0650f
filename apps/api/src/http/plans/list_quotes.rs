//! `GET /plans/{planId}/quotes`: the quotes on a plan, for its owner.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{PlanQueries, PlanQuoteView, QuoteQueries};
use kernel::{PlanId, QuoteId};
use plan::PlanError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::error::ApiError;
use crate::http::extract::{Dreamer, Flag, Paged, PathId, Query};
use crate::http::json::{Json, ListAnswer, Time};
use crate::http::schema;
use crate::http::users::answers::MakerCardAnswer;

/// Which quotes are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct PlanQuotesQuery {
    /// Only the confirmed one; `false` is as if absent.
    #[param(inline)]
    is_confirmed: Option<Flag>,
}

/// A quote on a plan, with its Maker.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanQuoteAnswer {
    #[schema(value_type = schema::Id)]
    id: QuoteId,
    created_at: Time,
    updated_at: Time,
    /// In coconuts.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(120))]
    price: i64,
    #[schema(examples("을지로 골목을 함께 걷고 저녁을 먹습니다."))]
    content: String,
    is_confirmed: bool,
    /// Whether the plan had asked this Maker.
    is_assigned: bool,
    maker: MakerCardAnswer,
}

impl From<PlanQuoteView> for PlanQuoteAnswer {
    fn from(quote: PlanQuoteView) -> Self {
        Self {
            id: quote.id,
            created_at: quote.created_at.into(),
            updated_at: quote.updated_at.into(),
            price: quote.price,
            content: quote.content,
            is_confirmed: quote.is_confirmed,
            is_assigned: quote.is_assigned,
            maker: quote.maker.into(),
        }
    }
}

/// The quotes on a plan of one's own.
///
/// Refuses with `ROLE_FORBIDDEN`, `PLAN_NOT_FOUND`, `PLAN_NOT_OWNED`.
#[utoipa::path(get, path = "/plans/{planId}/quotes", tag = "plans",
    params(("planId" = schema::Id, Path), Paged<2>, PlanQuotesQuery), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<PlanQuoteAnswer>)))]
pub async fn list_quotes_on_plan(
    caller: Dreamer,
    PathId(id): PathId<PlanId>,
    Paged(page): Paged<2>,
    Query(query): Query<PlanQuotesQuery>,
    plans: Data<Arc<dyn PlanQueries>>,
    quotes: Data<Arc<dyn QuoteQueries>>,
) -> Result<Json<ListAnswer<PlanQuoteAnswer>>, ApiError> {
    plans.find(id).await?.ok_or(PlanError::NotFound)?.check_owner(caller.user)?;
    let only_confirmed = query.is_confirmed.is_some_and(|Flag(flag)| flag);
    let found = quotes.of_plan(id, caller.user, only_confirmed, page).await?;
    Ok(Json(ListAnswer::of(found, PlanQuoteAnswer::from)))
}
