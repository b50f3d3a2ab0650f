//! The payment provider, as a port.

use std::error::Error;

use async_trait::async_trait;
use kernel::{Code, ErrorCode};

use crate::merchant_id::MerchantPaymentId;
use crate::payment::Payment;
use crate::provider::ProviderPayment;

/// A payment provider. Never called inside a transaction: record what is meant to happen, commit, call,
/// record what came of it.
///
/// An implementation MUST give up after a bounded time, with [`GatewayError::Unreachable`], and MUST NOT
/// fail on statuses, fields or currencies that it doesn't know.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// Fixes amount and currency at the provider before the browser pays, so that a changed amount fails
    /// there. May be repeated.
    async fn register(&self, payment: &Payment) -> Result<(), GatewayError>;

    /// Looks up a payment whose payer says it is done; `None` if the provider doesn't know it. What the
    /// provider answers counts, not what the payer says; a sandbox takes it as the moment to approve.
    async fn claimed_paid(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError>;

    /// Looks up a payment; `None` if the provider doesn't know it. Changes nothing.
    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError>;

    /// Gives the payer all their money back. A second call with the same key MUST NOT do more than the
    /// first. `reason` is shown to the payer by some providers.
    async fn cancel(
        &self,
        id: &MerchantPaymentId,
        reason: &str,
        idempotency_key: &str,
    ) -> Result<CancelPayment, GatewayError>;
}

/// What became of a cancellation. After each of them the money is, or will be, with the payer.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelPayment {
    /// The money went back.
    Cancelled,
    /// The provider has taken the order and will carry it out.
    Requested,
    /// It had gone back before.
    AlreadyCancelled,
}

/// Why the provider didn't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// It understood, and said no.
    #[error("the payment provider declined: {code}")]
    Declined {
        /// Its own name for the reason.
        code: String,
    },
    /// It didn't answer, or not in a way that tells what happened: look the payment up again, assume
    /// nothing.
    #[error("the payment provider could not be reached")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// It didn't accept the request as such (wrong credentials, malformed): a fault of ours.
    #[error("the payment provider rejected the request: {0}")]
    Rejected(String),
}

impl GatewayError {
    /// The provider could not be reached.
    pub fn unreachable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unreachable(source.into())
    }
}

impl ErrorCode for GatewayError {
    fn code(&self) -> Code {
        match self {
            Self::Declined { .. } => Code::conflict("PAYMENT_DECLINED"),
            Self::Unreachable(_) => Code::unavailable("PAYMENT_PROVIDER_UNAVAILABLE"),
            Self::Rejected(_) => Code::internal("INTERNAL"),
        }
    }
}
