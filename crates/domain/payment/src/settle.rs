//! What the provider's answer means for a payment.

use chrono::TimeDelta;
use kernel::{Coconuts, Code, ErrorCode, Timestamp};

use crate::amount::Currency;
use crate::merchant_id::MerchantPaymentId;
use crate::payment::{Payment, PaymentRefusal, PaymentState};
use crate::provider::{ProviderPayment, ProviderStatus};

/// What has to follow from an answer of the provider, in the transaction that saves the payment unless
/// said otherwise.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The money is there: credit the coconuts. At most once in a payment's life.
    Credit(Coconuts),
    /// It's PAID, and was before; nothing follows.
    AlreadyPaid,
    /// The payer isn't through yet; nothing follows.
    NotYet,
    /// No money came; nothing follows.
    Failed,
    /// It's CANCELLED and nobody holds anything; nothing follows.
    Cancelled,
    /// The money of a credited payment was given back: take the coconuts back, as many as the payer
    /// still has. At most once in a payment's life, and only after [`Credit`](Self::Credit).
    Reverse(Coconuts),
    /// A part of the money of a credited payment was given back. The payment stays PAID and the coconuts
    /// stay: a payment is whole or not at all, and whoever gave money back by hand knows what for. Tell
    /// a person.
    PartlyRefunded,
    /// The provider holds money that must not be credited: once this is committed, cancel the payment at
    /// the provider, then call [`Payment::refunded`]. Answered again and again until that is done.
    CancelAtProvider(Mismatch),
}

/// Why money that the provider holds must not be credited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Another amount was paid.
    #[error("{paid} was paid, not {asked}")]
    Amount {
        /// What was asked for, in won.
        asked: i64,
        /// What was paid.
        paid: i64,
    },
    /// It was paid in another currency.
    #[error("it was paid in {0}")]
    Currency(String),
    /// It was paid to another store.
    #[error("it was paid to another store")]
    Store,
    /// It was paid through a channel that doesn't count, such as one for tests.
    #[error("it was paid through a channel that is not accepted")]
    Channel,
    /// A part of it had been given back before it was credited.
    #[error("a part of it was given back")]
    PartlyRefunded,
    /// The payment had been cancelled.
    #[error("it had been cancelled")]
    Cancelled,
}

/// An answer about one payment was held against another: a bug of a gateway or of its user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the provider answered about {answered}, not about {asked}")]
pub struct AnotherPayment {
    asked: MerchantPaymentId,
    answered: MerchantPaymentId,
}

impl ErrorCode for AnotherPayment {
    fn code(&self) -> Code {
        Code::internal("INTERNAL")
    }
}

impl Settlement {
    /// What the payer who asked for completion is told: `Ok` if the payment is PAID now.
    pub fn completed(self) -> Result<(), PaymentRefusal> {
        match self {
            Self::Credit(_) | Self::AlreadyPaid | Self::PartlyRefunded => Ok(()),
            Self::NotYet | Self::Failed | Self::Cancelled | Self::Reverse(_) => Err(PaymentRefusal::NotPaid),
            Self::CancelAtProvider(why) => Err(PaymentRefusal::Mismatch(why)),
        }
    }
}

impl Payment {
    /// How long a payment is waited for that the provider has never heard of, or that nobody has begun to pay.
    pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(24);

    /// Takes in the provider's answer and says what has to follow. Old answers may come late, and any
    /// answer any number of times.
    pub fn settle(&mut self, answer: &ProviderPayment, at: Timestamp) -> Result<Settlement, AnotherPayment> {
        if answer.merchant_id != *self.merchant_id() {
            let (asked, answered) = (self.merchant_id().clone(), answer.merchant_id.clone());
            return Err(AnotherPayment { asked, answered });
        }
        Ok(match &answer.status {
            ProviderStatus::Ready => self.settle_unknown(at),
            ProviderStatus::PayPending
            | ProviderStatus::VirtualAccountIssued
            | ProviderStatus::Unknown(_) => self.no_news(),
            ProviderStatus::Failed => self.no_money_came(at),
            ProviderStatus::Paid => self.money_came(answer, at),
            ProviderStatus::PartialCancelled => self.part_went_back(at),
            ProviderStatus::Cancelled => self.money_went_back(at),
        })
    }

    /// Takes in that the payer has not begun, or that the provider has never heard of this payment. A PENDING one older than [`FORGOTTEN_AFTER`](Self::FORGOTTEN_AFTER) becomes FAILED.
    pub fn settle_unknown(&mut self, at: Timestamp) -> Settlement {
        if at - self.created_at() < Self::FORGOTTEN_AFTER { self.no_news() } else { self.no_money_came(at) }
    }

    /// Takes in that the provider has given back, or has promised to, what it had to.
    pub const fn refunded(&mut self, at: Timestamp) {
        if let PaymentState::Cancelled { at: cancelled_at, refund_due: true } = self.state() {
            self.enter(PaymentState::Cancelled { at: cancelled_at, refund_due: false }, at);
        }
    }

    const fn no_news(&self) -> Settlement {
        match self.state() {
            PaymentState::Pending => Settlement::NotYet,
            PaymentState::Paid { .. } => Settlement::AlreadyPaid,
            PaymentState::Failed { .. } => Settlement::Failed,
            PaymentState::Cancelled { .. } => Settlement::Cancelled,
        }
    }

    /// A failure that is heard of after the money came is an old one, of an earlier attempt.
    const fn no_money_came(&mut self, at: Timestamp) -> Settlement {
        if let PaymentState::Pending = self.state() {
            self.enter(PaymentState::Failed { at }, at);
        }
        self.no_news()
    }

    fn money_came(&mut self, answer: &ProviderPayment, at: Timestamp) -> Settlement {
        let mismatch = self.mismatch(answer);
        match (self.state(), mismatch) {
            (PaymentState::Paid { .. }, _) => Settlement::AlreadyPaid,
            // What was given up or cancelled here never comes back to life: the payer was told so.
            (PaymentState::Cancelled { .. }, mismatch) => {
                self.refuse(mismatch.unwrap_or(Mismatch::Cancelled), at)
            }
            (PaymentState::Pending | PaymentState::Failed { .. }, Some(mismatch)) => {
                self.refuse(mismatch, at)
            }
            // One payment may have several attempts, so money can come after a failure; what was paid for
            // has to be credited.
            (PaymentState::Pending | PaymentState::Failed { .. }, None) => {
                self.enter(PaymentState::Paid { at }, at);
                Settlement::Credit(self.amount().coconuts())
            }
        }
    }

    fn part_went_back(&mut self, at: Timestamp) -> Settlement {
        match self.state() {
            PaymentState::Paid { .. } => Settlement::PartlyRefunded,
            PaymentState::Pending | PaymentState::Failed { .. } | PaymentState::Cancelled { .. } => {
                self.refuse(Mismatch::PartlyRefunded, at)
            }
        }
    }

    const fn money_went_back(&mut self, at: Timestamp) -> Settlement {
        match self.state() {
            PaymentState::Pending | PaymentState::Failed { .. } => {
                self.enter(PaymentState::Cancelled { at, refund_due: false }, at);
                Settlement::Cancelled
            }
            PaymentState::Paid { .. } => {
                self.enter(PaymentState::Cancelled { at, refund_due: false }, at);
                Settlement::Reverse(self.amount().coconuts())
            }
            PaymentState::Cancelled { .. } => {
                self.refunded(at);
                Settlement::Cancelled
            }
        }
    }

    fn mismatch(&self, answer: &ProviderPayment) -> Option<Mismatch> {
        let asked = self.amount().get();
        if !answer.is_our_store {
            Some(Mismatch::Store)
        } else if !answer.is_accepted_channel {
            Some(Mismatch::Channel)
        } else if Currency::try_from(answer.currency.as_str()).is_err() {
            Some(Mismatch::Currency(answer.currency.clone()))
        } else if answer.total != asked {
            Some(Mismatch::Amount { asked, paid: answer.total })
        } else {
            None
        }
    }

    /// The payment ends here, with money to be given back.
    const fn refuse(&mut self, why: Mismatch, at: Timestamp) -> Settlement {
        let cancelled_at = match self.state() {
            PaymentState::Cancelled { at, .. } => at,
            _ => at,
        };
        if !matches!(self.state(), PaymentState::Cancelled { refund_due: true, .. }) {
            self.enter(PaymentState::Cancelled { at: cancelled_at, refund_due: true }, at);
        }
        Settlement::CancelAtProvider(why)
    }
}

#[cfg(test)]
mod tests;
