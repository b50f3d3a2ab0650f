//! Payments: money from outside that buys coconuts, taken by a payment provider.
//!
//! The provider's answer is the truth about a payment; whatever brings it (the payer who asks for
//! completion, a webhook, the reconciliation job) goes through [`Payment::settle`], which says what has to
//! follow. So the order and the number of answers don't matter: a payment credits once at most.
//!
//! Depends on the kernel only. A provider is an adapter behind [`PaymentGateway`] and [`WebhookVerifier`];
//! a status of the provider that should mean something new is a variant of [`ProviderStatus`], and the
//! exhaustive match in `settle` then asks what it means.

mod amount;
mod gateway;
mod merchant_id;
mod payment;
mod port;
mod provider;
mod sandbox;
mod settle;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod webhook;

pub use amount::{Currency, InvalidCurrency, InvalidWon, Won};
pub use gateway::{CancelPayment, GatewayError, PaymentGateway};
pub use merchant_id::{InvalidMerchantPaymentId, MerchantPaymentId};
pub use payment::{NewPayment, Payment, PaymentParts, PaymentRefusal, PaymentState, PaymentStatus};
pub use port::{AddPayment, HasPayments, PaymentDirectory, PaymentRepository};
pub use provider::{ProviderPayment, ProviderStatus};
pub use sandbox::{SandboxBook, SandboxGateway};
pub use settle::{AnotherPayment, Mismatch, Settlement};
pub use webhook::{
    InvalidWebhookSecret, StandardWebhook, WebhookError, WebhookHeaders, WebhookNotice, WebhookVerifier,
};
#[cfg(feature = "mock")]
pub use {
    gateway::MockPaymentGateway,
    port::{MockPaymentDirectory, MockPaymentRepository},
    webhook::MockWebhookVerifier,
};
