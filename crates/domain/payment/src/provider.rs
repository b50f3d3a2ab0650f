//! What the provider says about a payment.

use std::convert::Infallible;
use std::str::FromStr;

use crate::merchant_id::MerchantPaymentId;

/// A payment as the provider knows it. Tolerant: what can't be understood is kept as it came, and is
/// judged by [`Payment::settle`](crate::Payment::settle), not by the adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPayment {
    /// The id that the client gave it.
    pub merchant_id: MerchantPaymentId,
    /// How far it is.
    pub status: ProviderStatus,
    /// The whole amount, in the currency's smallest unit (won have none smaller).
    pub total: i64,
    /// The currency as the provider spells it.
    pub currency: String,
    /// Whether the money goes to our store; an adapter that isn't told one says yes.
    pub is_our_store: bool,
    /// Whether money of this channel counts. No for a test channel in production, which the adapter
    /// knows from its configuration.
    pub is_accepted_channel: bool,
}

/// How far a payment is at the provider, by the names of PortOne V2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderStatus {
    /// Known, but nothing has been paid.
    Ready,
    /// The payer has agreed, the money isn't there yet.
    PayPending,
    /// The payer has been given an account number to send the money to.
    VirtualAccountIssued,
    /// The money is there.
    Paid,
    /// An attempt failed. Another attempt at the same payment may still succeed.
    Failed,
    /// Some of the money was given back.
    PartialCancelled,
    /// All of the money was given back.
    Cancelled,
    /// A name that this version doesn't know.
    Unknown(String),
}

impl ProviderStatus {
    /// The provider's name for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ready => "READY",
            Self::PayPending => "PAY_PENDING",
            Self::VirtualAccountIssued => "VIRTUAL_ACCOUNT_ISSUED",
            Self::Paid => "PAID",
            Self::Failed => "FAILED",
            Self::PartialCancelled => "PARTIAL_CANCELLED",
            Self::Cancelled => "CANCELLED",
            Self::Unknown(name) => name,
        }
    }
}

impl FromStr for ProviderStatus {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(match name {
            "READY" => Self::Ready,
            // The provider's own filter spells the latter.
            "PAY_PENDING" | "PENDING" => Self::PayPending,
            "VIRTUAL_ACCOUNT_ISSUED" => Self::VirtualAccountIssued,
            "PAID" => Self::Paid,
            "FAILED" => Self::Failed,
            "PARTIAL_CANCELLED" => Self::PartialCancelled,
            "CANCELLED" => Self::Cancelled,
            other => Self::Unknown(other.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_by_its_name_and_an_unknown_one_is_kept() {
        for (name, status) in [
            ("READY", ProviderStatus::Ready),
            ("PAY_PENDING", ProviderStatus::PayPending),
            ("PENDING", ProviderStatus::PayPending),
            ("VIRTUAL_ACCOUNT_ISSUED", ProviderStatus::VirtualAccountIssued),
            ("PAID", ProviderStatus::Paid),
            ("FAILED", ProviderStatus::Failed),
            ("PARTIAL_CANCELLED", ProviderStatus::PartialCancelled),
            ("CANCELLED", ProviderStatus::Cancelled),
            ("paid", ProviderStatus::Unknown("paid".to_owned())),
        ] {
            assert_eq!(name.parse(), Ok(status.clone()));
            assert_eq!(status.as_str().parse(), Ok(status));
        }
    }
}
