//! `POST /payments/complete`: the payer says that it's paid.

use actix_web::web::Data;
use application::payments::SettlePayment;
use kernel::PaymentId;
use payment::PaymentRefusal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::PaymentAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Caller};
use crate::http::json::Created;
use crate::http::schema;

/// Which payment is paid.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletePaymentBody {
    /// The `id` that `POST /payments` answered.
    #[schema(value_type = schema::Id)]
    payment_id: String,
}

/// Credits a payment that the provider says is paid.
///
/// May be repeated: the answer is the same, and nothing is credited twice. If another amount was paid
/// it's given back. Refuses with `PAYMENT_NOT_FOUND`, `PAYMENT_NOT_PAID`, `PAYMENT_AMOUNT_MISMATCH`,
/// `PAYMENT_DECLINED`, `PAYMENT_PROVIDER_UNAVAILABLE`.
#[utoipa::path(post, path = "/payments/complete", tag = "payments", request_body = CompletePaymentBody,
    security(("bearer" = [])),
    responses((status = 201, description = "It is PAID.", body = PaymentAnswer)))]
pub async fn complete_payment(
    caller: Caller,
    Body(body): Body<CompletePaymentBody>,
    payments: Data<SettlePayment>,
) -> Result<Created<PaymentAnswer>, ApiError> {
    // What can't be an id is an id that nobody knows, by the contract.
    let id: PaymentId = body.payment_id.parse().map_err(|_| PaymentRefusal::NotFound)?;
    let payment = payments.complete(id, caller.user).await?;
    Ok(Created(PaymentAnswer::from(&payment)))
}
