//! How a payment is shown.

use kernel::PaymentId;
use payment::{Payment, PaymentStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::schema;

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentAnswer {
    /// Ours, not the client's own.
    #[schema(value_type = schema::Id)]
    id: PaymentId,
    /// In won.
    #[schema(minimum = 100, maximum = 100_000_000, multiple_of = 100, examples(10_000))]
    amount: i64,
    #[schema(value_type = schema::PaymentStatus)]
    status: PaymentStatus,
}

impl From<&Payment> for PaymentAnswer {
    fn from(payment: &Payment) -> Self {
        Self { id: payment.id(), amount: payment.amount().get(), status: payment.status() }
    }
}
