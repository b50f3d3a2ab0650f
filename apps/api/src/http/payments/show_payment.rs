//! `GET /payments/{id}`: how far one's payment is.

use actix_web::web::Data;
use application::payments::SettlePayment;
use kernel::PaymentId;

use super::answers::PaymentAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// A payment, for its payer.
///
/// Refuses with `PAYMENT_NOT_FOUND`.
#[utoipa::path(get, path = "/payments/{id}", tag = "payments", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 200, body = PaymentAnswer)))]
pub async fn show_payment(
    caller: Caller,
    PathId(id): PathId<PaymentId>,
    payments: Data<SettlePayment>,
) -> Result<Json<PaymentAnswer>, ApiError> {
    let payment = payments.find(id, caller.user).await?;
    Ok(Json(PaymentAnswer::from(&payment)))
}
