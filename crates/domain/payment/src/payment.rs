//! A payment and its states.

use kernel::{Code, ErrorCode, PaymentId, Text, Timestamp, UserId, named_enum};

use crate::amount::Won;
use crate::merchant_id::MerchantPaymentId;
use crate::settle::Mismatch;

named_enum! {
    /// How far a payment is, as the API tells.
    pub enum PaymentStatus {
        Pending = "PENDING",
        Paid = "PAID",
        Cancelled = "CANCELLED",
        Failed = "FAILED",
    }
}

/// How far a payment is, with what is true there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    /// Nothing is known of the money.
    Pending,
    /// The money is there and the coconuts are credited.
    Paid {
        /// When they were credited.
        at: Timestamp,
    },
    /// No attempt to pay has succeeded. A later one may, so money can still come.
    Failed {
        /// When the last failure was heard of.
        at: Timestamp,
    },
    /// It holds no coconuts and never will again.
    Cancelled {
        /// When it came to that.
        at: Timestamp,
        /// Whether the provider was last seen holding the payer's money, so that it still has to be
        /// told to give it back. Kept until the provider has confirmed that.
        refund_due: bool,
    },
}

impl PaymentState {
    /// The name of the state.
    pub const fn status(self) -> PaymentStatus {
        match self {
            Self::Pending => PaymentStatus::Pending,
            Self::Paid { .. } => PaymentStatus::Paid,
            Self::Failed { .. } => PaymentStatus::Failed,
            Self::Cancelled { .. } => PaymentStatus::Cancelled,
        }
    }
}

/// What a payer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    /// Our id.
    pub id: PaymentId,
    /// The client's id.
    pub merchant_id: MerchantPaymentId,
    /// Who pays, and gets the coconuts.
    pub user: UserId,
    /// What the payer sees as the thing bought.
    pub order_name: Text<200>,
    /// How it's paid for, in the client's words (`CARD`).
    pub method: Text<50>,
    /// How much.
    pub amount: Won,
}

/// A payment in pieces, for stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentParts {
    /// What never changes.
    pub new: NewPayment,
    /// How far it is.
    pub state: PaymentState,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
}

/// Money on its way to become coconuts. Its state follows the provider's answers, by
/// [`settle`](Self::settle).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment(PaymentParts);

impl Payment {
    /// A payment that was just asked for.
    pub const fn request(new: NewPayment, at: Timestamp) -> Self {
        Self(PaymentParts { new, state: PaymentState::Pending, created_at: at, updated_at: at })
    }

    /// A payment as it was stored.
    pub const fn restore(parts: PaymentParts) -> Self {
        Self(parts)
    }

    /// Everything about it, for stores.
    pub const fn parts(&self) -> &PaymentParts {
        &self.0
    }

    /// Our id.
    pub const fn id(&self) -> PaymentId {
        self.0.new.id
    }

    /// The id at the provider.
    pub const fn merchant_id(&self) -> &MerchantPaymentId {
        &self.0.new.merchant_id
    }

    /// Who pays.
    pub const fn user(&self) -> UserId {
        self.0.new.user
    }

    /// How much.
    pub const fn amount(&self) -> Won {
        self.0.new.amount
    }

    /// How far it is.
    pub const fn state(&self) -> PaymentState {
        self.0.state
    }

    /// The name of its state.
    pub const fn status(&self) -> PaymentStatus {
        self.0.state.status()
    }

    /// When it was asked for.
    pub const fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When its state last changed.
    pub const fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }

    /// Whether the provider's last answer leaves something to be asked for: it's PENDING, or money has
    /// still to be given back.
    pub const fn is_unsettled(&self) -> bool {
        matches!(self.0.state, PaymentState::Pending | PaymentState::Cancelled { refund_due: true, .. })
    }

    /// Refuses anyone but the payer, to whom alone the payment exists.
    pub fn check_payer(&self, by: UserId) -> Result<(), PaymentRefusal> {
        if by == self.user() { Ok(()) } else { Err(PaymentRefusal::NotFound) }
    }

    /// The idempotency key under which the provider is asked to give the money back.
    pub fn cancellation_key(&self) -> String {
        format!("payment-cancel-{}", self.id())
    }

    pub(crate) const fn enter(&mut self, state: PaymentState, at: Timestamp) {
        self.0.state = state;
        self.0.updated_at = at;
    }
}

/// Why something about a payment was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// The client's id was used for another payment.
    #[error("there is a payment with this id already")]
    IdTaken,
    /// There is none, or it's somebody else's.
    #[error("there is no such payment")]
    NotFound,
    /// The provider doesn't say that it has the money.
    #[error("the provider does not say that it is paid")]
    NotPaid,
    /// The provider has money that can't be credited.
    #[error("what the provider was paid is not what was asked for: {0}")]
    Mismatch(Mismatch),
}

impl ErrorCode for PaymentRefusal {
    fn code(&self) -> Code {
        match self {
            Self::IdTaken => Code::conflict("PAYMENT_ID_TAKEN"),
            Self::NotFound => Code::not_found("PAYMENT_NOT_FOUND"),
            Self::NotPaid => Code::conflict("PAYMENT_NOT_PAID"),
            Self::Mismatch(_) => Code::conflict("PAYMENT_AMOUNT_MISMATCH"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{a_payment, a_payment_with, ids, now};

    #[test]
    fn a_payment_exists_for_its_payer_only() {
        let payment = a_payment();
        assert_eq!(payment.check_payer(payment.user()), Ok(()));
        assert_eq!(payment.check_payer(ids().next()), Err(PaymentRefusal::NotFound));
    }

    #[test]
    fn it_is_unsettled_while_pending_or_while_money_has_to_go_back() {
        let at = now();
        for (state, is_unsettled) in [
            (PaymentState::Pending, true),
            (PaymentState::Paid { at }, false),
            (PaymentState::Failed { at }, false),
            (PaymentState::Cancelled { at, refund_due: true }, true),
            (PaymentState::Cancelled { at, refund_due: false }, false),
        ] {
            assert_eq!(a_payment_with(|payment| payment.state = state).is_unsettled(), is_unsettled);
        }
    }

    #[test]
    fn the_cancellation_key_is_one_that_the_provider_takes() {
        let key = a_payment().cancellation_key();
        assert!((16..=256).contains(&key.len()));
        assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    }
}
