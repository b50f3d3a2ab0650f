//! `POST /plans/{planId}/quotes`: a Maker quotes on a plan.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::QuoteQueries;
use application::quotes::SendQuote;
use kernel::{Coconuts, Invalid, PlanId, Validation};
use quote::{Content, QuoteError};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{Body, Maker, PathId};
use crate::http::json::Created;
use crate::http::quotes::answers::QuoteAnswer;
use crate::http::schema;

/// A new quote.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewQuoteBody {
    /// In coconuts.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(120))]
    price: i64,
    #[schema(min_length = 1, max_length = 5000, examples("을지로 골목을 함께 걷고 저녁을 먹습니다."))]
    content: String,
}

impl NewQuoteBody {
    fn offer(self) -> Result<(Coconuts, Content), Invalid> {
        let mut check = Validation::default();
        let price = check.field("price", Coconuts::try_from(self.price));
        let content = check.field("content", Content::try_from(self.content));
        check.build(|| Some((price?, content?)))
    }
}

/// Quotes on a plan.
///
/// Refuses with `ROLE_FORBIDDEN`, `PLAN_NOT_FOUND`, `PLAN_NOT_PENDING`, `QUOTE_EXISTS`.
#[utoipa::path(post, path = "/plans/{planId}/quotes", tag = "plans", params(("planId" = schema::Id, Path)),
    request_body = NewQuoteBody, security(("bearer" = [])), responses((status = 201, body = QuoteAnswer)))]
pub async fn send_quote(
    caller: Maker,
    PathId(id): PathId<PlanId>,
    Body(body): Body<NewQuoteBody>,
    send: Data<SendQuote>,
    quotes: Data<Arc<dyn QuoteQueries>>,
) -> Result<Created<QuoteAnswer>, ApiError> {
    let (price, content) = body.offer()?;
    let id = send.run(id, caller.user, price, content).await?;
    let quote = quotes.find(id).await?.ok_or(QuoteError::NotFound)?;
    Ok(Created(QuoteAnswer::shown_to(caller.user, quote)))
}
