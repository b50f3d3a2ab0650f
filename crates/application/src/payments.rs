//! Coconuts are bought: registered here, paid at the provider, settled by what the provider says.

mod register_payment;
mod settle_payment;

pub use register_payment::{PaymentDraft, RegisterPayment, RegisterPaymentTx};
pub use settle_payment::{SettlePayment, SettlePaymentTx};
