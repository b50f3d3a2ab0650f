//! `GET /quotes`: a Maker's own quotes.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::QuoteQueries;
use serde::Deserialize;
use utoipa::IntoParams;

use super::answers::SentQuoteAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Flag, Maker, Paged, Query};
use crate::http::json::{Json, ListAnswer};

/// Which quotes are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OwnQuotesQuery {
    /// `true`: those that are confirmed, or whose plan is PENDING, by the status of the plan, then the
    /// newest first. `false`: those that were not chosen.
    #[param(inline)]
    is_sent: Flag,
}

/// One's own quotes.
///
/// Refuses with `ROLE_FORBIDDEN`.
#[utoipa::path(get, path = "/quotes", tag = "quotes", params(Paged<2>, OwnQuotesQuery),
    security(("bearer" = [])), responses((status = 200, body = ListAnswer<SentQuoteAnswer>)))]
pub async fn list_own_quotes(
    caller: Maker,
    Paged(page): Paged<2>,
    Query(query): Query<OwnQuotesQuery>,
    quotes: Data<Arc<dyn QuoteQueries>>,
) -> Result<Json<ListAnswer<SentQuoteAnswer>>, ApiError> {
    let found = match query.is_sent {
        Flag(true) => quotes.sent_by(caller.user, page).await?,
        Flag(false) => quotes.not_chosen_of(caller.user, page).await?,
    };
    Ok(Json(ListAnswer::of(found, SentQuoteAnswer::of)))
}
