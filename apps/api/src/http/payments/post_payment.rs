//! `POST /payments`: somebody is about to pay.

use actix_web::web::Data;
use application::payments::{PaymentDraft, RegisterPayment};
use kernel::{Invalid, Text, Validation};
use payment::{Currency, MerchantPaymentId, Won};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::PaymentAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Caller};
use crate::http::json::Created;

/// What is about to be paid.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPaymentBody {
    /// The client's own, new id, under which the payment provider knows the payment, too.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$", examples("order-20310506-1"))]
    payment_id: String,
    /// What the payer reads on the bill.
    #[schema(min_length = 1, max_length = 200, examples("코코넛 100개"))]
    order_name: String,
    /// In won; a coconut costs 100.
    #[schema(minimum = 100, maximum = 100_000_000, multiple_of = 100, examples(10_000))]
    amount: i64,
    /// How it's paid, in the client's words.
    #[schema(min_length = 1, max_length = 50, examples("CARD"))]
    method: String,
    #[schema(pattern = "^(CURRENCY_)?KRW$", examples("KRW"))]
    currency: String,
}

impl NewPaymentBody {
    fn draft(self) -> Result<PaymentDraft, Invalid> {
        let mut check = Validation::default();
        let merchant_id = check.field("paymentId", MerchantPaymentId::try_from(self.payment_id));
        let order_name = check.field("orderName", Text::try_from(self.order_name));
        let amount = check.field("amount", Won::try_from(self.amount));
        let method = check.field("method", Text::try_from(self.method));
        let currency = check.field("currency", Currency::try_from(self.currency.as_str()));
        check.build(|| {
            let _krw = currency?;
            Some(PaymentDraft {
                merchant_id: merchant_id?,
                order_name: order_name?,
                method: method?,
                amount: amount?,
            })
        })
    }
}

/// Announces a payment, before its payer pays at the provider.
///
/// Refuses with `PAYMENT_ID_TAKEN`.
#[utoipa::path(post, path = "/payments", tag = "payments", request_body = NewPaymentBody,
    security(("bearer" = [])),
    responses((status = 201, description = "It is PENDING.", body = PaymentAnswer)))]
pub async fn post_payment(
    caller: Caller,
    Body(body): Body<NewPaymentBody>,
    payments: Data<RegisterPayment>,
) -> Result<Created<PaymentAnswer>, ApiError> {
    let payment = payments.run(caller.user, body.draft()?).await?;
    Ok(Created(PaymentAnswer::from(&payment)))
}

#[cfg(test)]
mod tests {
    use kernel::ErrorCode;

    use super::*;

    fn a_body() -> NewPaymentBody {
        NewPaymentBody {
            payment_id: "order-1".to_owned(),
            order_name: "코코넛 100개".to_owned(),
            amount: 10_000,
            method: "CARD".to_owned(),
            currency: "KRW".to_owned(),
        }
    }

    #[test]
    fn both_names_of_the_currency_are_taken() {
        for currency in ["KRW", "CURRENCY_KRW"] {
            let draft = NewPaymentBody { currency: currency.to_owned(), ..a_body() }.draft().unwrap();
            assert_eq!((draft.merchant_id.as_str(), draft.amount.get()), ("order-1", 10_000));
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let body = NewPaymentBody {
            payment_id: "order 1".to_owned(),
            order_name: String::new(),
            amount: 150,
            method: "x".repeat(51),
            currency: "USD".to_owned(),
        };
        let refused = body.draft().unwrap_err();
        let fields: Vec<&str> = refused.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["paymentId", "orderName", "amount", "method", "currency"]);
    }
}
