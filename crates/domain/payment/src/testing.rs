//! Payments for tests, and the contract of the ports as a suite that runs on every adapter.

#![cfg_attr(feature = "testing", expect(clippy::unwrap_used, reason = "for tests only"))]
#![expect(clippy::expect_used, reason = "for tests only")]

#[cfg(feature = "testing")]
mod contract;
#[cfg(feature = "testing")]
mod sandbox;

use std::sync::LazyLock;

use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, IdGenerator, Timestamp};

#[cfg(feature = "testing")]
pub use contract::*;
#[cfg(feature = "testing")]
pub use sandbox::*;

use crate::payment::{NewPayment, Payment, PaymentParts};
use crate::provider::{ProviderPayment, ProviderStatus};

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: noon in Seoul, where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// A payment of 10,000 won for 100 coconuts that was just asked for, by nobody in particular.
pub fn a_payment() -> Payment {
    a_payment_with(|_| {})
}

/// [`a_payment`] with a line or two of change.
pub fn a_payment_with(change: impl FnOnce(&mut PaymentParts)) -> Payment {
    let id = ids().next();
    let new = NewPayment {
        id,
        merchant_id: format!("pay-{id}").try_into().expect("an id at the provider"),
        user: ids().next(),
        order_name: "코코넛 100개".try_into().expect("a name"),
        method: "CARD".try_into().expect("a method"),
        amount: 10_000.try_into().expect("an amount"),
    };
    let mut parts = Payment::request(new, now()).parts().clone();
    change(&mut parts);
    Payment::restore(parts)
}

/// What an honest provider says of the payment.
pub fn an_answer(payment: &Payment, status: ProviderStatus) -> ProviderPayment {
    ProviderPayment {
        merchant_id: payment.merchant_id().clone(),
        status,
        total: payment.amount().get(),
        currency: "KRW".to_owned(),
        is_our_store: true,
        is_accepted_channel: true,
    }
}
