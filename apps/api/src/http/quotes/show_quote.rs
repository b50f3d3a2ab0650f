//! `GET /quotes/{id}`: one quote, for its two sides.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{MakerQueries, QuoteQueries};
use kernel::{QuoteId, Role};
use quote::QuoteError;
use serde::Serialize;
use user::MakerNotFound;
use utoipa::ToSchema;

use super::answers::{ReceivedQuoteAnswer, SentQuoteAnswer};
use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// A quote, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum QuoteDetailAnswer {
    /// For its Maker.
    Sent(SentQuoteAnswer),
    /// For its Dreamer.
    Received(ReceivedQuoteAnswer),
}

/// A quote.
///
/// Its Dreamer gets the Maker's card, its Maker the Dreamer's name. Refuses with `QUOTE_NOT_FOUND`,
/// `QUOTE_NOT_OWNED`.
#[utoipa::path(get, path = "/quotes/{id}", tag = "quotes", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 200, body = QuoteDetailAnswer)))]
pub async fn show_quote(
    caller: Caller,
    PathId(id): PathId<QuoteId>,
    quotes: Data<Arc<dyn QuoteQueries>>,
    makers: Data<Arc<dyn MakerQueries>>,
) -> Result<Json<QuoteDetailAnswer>, ApiError> {
    let quote = quotes.find(id).await?.ok_or(QuoteError::NotFound)?;
    Ok(Json(match quote.side_of(caller.user)? {
        Role::Maker => QuoteDetailAnswer::Sent(SentQuoteAnswer::of(quote)),
        Role::Dreamer => {
            let maker = makers.find(quote.maker.id, Some(caller.user)).await?.ok_or(MakerNotFound)?;
            QuoteDetailAnswer::Received(ReceivedQuoteAnswer::of(quote, maker))
        }
    }))
}
