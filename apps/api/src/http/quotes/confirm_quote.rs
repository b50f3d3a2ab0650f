//! `PATCH /quotes/{id}/confirm`: a Dreamer confirms a quote.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::QuoteQueries;
use application::quotes::ConfirmQuote;
use kernel::{Invalid, QuoteId};
use quote::QuoteError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::QuoteAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// That the quote is confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmQuoteBody {
    /// Always `true`: nobody can take it back.
    #[schema(examples(true))]
    is_confirmed: bool,
}

/// Confirms a quote on a plan of one's own; the price moves from one's coconuts into escrow.
///
/// Refuses with `QUOTE_NOT_FOUND`, `QUOTE_NOT_OWNED`, `PLAN_NOT_PENDING`, `COCONUTS_INSUFFICIENT`.
#[utoipa::path(patch, path = "/quotes/{id}/confirm", tag = "quotes", params(("id" = schema::Id, Path)),
    request_body = ConfirmQuoteBody, security(("bearer" = [])),
    responses((status = 200, body = QuoteAnswer)))]
pub async fn confirm_quote(
    caller: Caller,
    PathId(id): PathId<QuoteId>,
    Body(body): Body<ConfirmQuoteBody>,
    confirm: Data<ConfirmQuote>,
    quotes: Data<Arc<dyn QuoteQueries>>,
) -> Result<Json<QuoteAnswer>, ApiError> {
    if !body.is_confirmed {
        return Err(Invalid::field("isConfirmed", "must be true").into());
    }
    confirm.run(id, caller.user).await?;
    let quote = quotes.find(id).await?.ok_or(QuoteError::NotFound)?;
    Ok(Json(QuoteAnswer::shown_to(caller.user, quote)))
}
