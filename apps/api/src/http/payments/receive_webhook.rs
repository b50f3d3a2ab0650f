//! `POST /payments/webhook`: the payment provider calls.

use std::borrow::Cow;

use actix_web::http::header::HeaderMap;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use application::payments::SettlePayment;
use payment::WebhookHeaders;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::http::error::ApiError;
use crate::http::extract::RawBody;

/// What the provider tells, for the document only: the domain reads it, once it knows that it's genuine.
pub struct WebhookBody;

impl PartialSchema for WebhookBody {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let kind = text().description(Some("Anything but `Transaction.…` is ignored."));
        let data = ObjectBuilder::new().property("paymentId", text());
        let body = ObjectBuilder::new().property("type", kind).property("data", data).required("type");
        body.description(Some("What the payment provider tells.")).into()
    }
}

impl ToSchema for WebhookBody {
    fn name() -> Cow<'static, str> {
        "WebhookBody".into()
    }
}

/// Looks a payment up at the provider, which says that something happened to it.
///
/// Signed by the Standard Webhooks specification, with the secret that was agreed on with the provider.
/// May be repeated. Payments that are not known here are none of our business, and answered as if all
/// were well. Refuses with `WEBHOOK_INVALID`, `WEBHOOK_MALFORMED`, `PAYMENT_DECLINED`,
/// `PAYMENT_PROVIDER_UNAVAILABLE`.
#[utoipa::path(post, path = "/payments/webhook", tag = "payments",
    request_body(content = WebhookBody, content_type = "application/json",
        description = "What happened. The signature is over exactly these bytes.",
        example = json!({
            "type": "Transaction.Paid",
            "timestamp": "2031-05-06T07:08:09.123Z",
            "data": { "paymentId": "order-20310506-1" },
        })),
    params(
        ("webhook-id" = String, Header, description = "Names the webhook.", example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"),
        ("webhook-timestamp" = String, Header, description = "Seconds since 1970; five minutes off at most.",
            example = "1893456000"),
        ("webhook-signature" = String, Header, description = "One or more `v1,<base64>`, separated by spaces.",
            example = "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
    ),
    responses((status = 200, description = "Understood.")))]
pub async fn receive_webhook(
    request: HttpRequest,
    RawBody(body): RawBody,
    payments: Data<SettlePayment>,
) -> Result<HttpResponse, ApiError> {
    payments.webhook(&signed_headers(request.headers()), &body).await?;
    Ok(HttpResponse::Ok().finish())
}

fn signed_headers(headers: &HeaderMap) -> WebhookHeaders {
    WebhookHeaders {
        id: only(headers, "webhook-id"),
        timestamp: only(headers, "webhook-timestamp"),
        signature: only(headers, "webhook-signature"),
    }
}

/// The header's value, if it has exactly one and that is text: of two, nobody can say which was signed.
fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name);
    let value = values.next()?.to_str().ok()?.to_owned();
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_header_that_is_there_twice_or_is_no_text_counts_as_missing() {
        let mut headers = HeaderMap::new();
        let mut add = |name: &'static str, value: &'static [u8]| {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        };
        add("webhook-id", b"one");
        add("webhook-timestamp", b"1");
        add("webhook-timestamp", b"2");
        add("webhook-signature", b"v1,\xff");
        let expected = WebhookHeaders { id: Some("one".to_owned()), timestamp: None, signature: None };
        assert_eq!(signed_headers(&headers), expected);
    }
}
