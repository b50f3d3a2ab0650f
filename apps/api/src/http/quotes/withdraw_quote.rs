//! `DELETE /quotes/{id}`: a Maker takes a quote back.

use actix_web::web::Data;
use application::quotes::WithdrawQuote;
use kernel::QuoteId;

use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::NoContent;
use crate::http::schema;

/// Takes back a quote of one's own.
///
/// Refuses with `QUOTE_NOT_FOUND`, `QUOTE_NOT_OWNED`, `PLAN_NOT_PENDING`.
#[utoipa::path(delete, path = "/quotes/{id}", tag = "quotes", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 204)))]
pub async fn withdraw_quote(
    caller: Caller,
    PathId(id): PathId<QuoteId>,
    quotes: Data<WithdrawQuote>,
) -> Result<NoContent, ApiError> {
    quotes.run(id, caller.user).await?;
    Ok(NoContent)
}
