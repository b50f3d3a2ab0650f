//! Quotes for tests, and the contract of the port as a suite that runs on every adapter.

#![expect(clippy::expect_used, reason = "for tests only")]

#[cfg(feature = "testing")]
mod contract;

use kernel::UserId;
use plan::Plan;
use plan::testing::a_plan;
use user::testing::{ids, now};

#[cfg(feature = "testing")]
pub use contract::*;

use crate::quote::{NewQuote, Quote, QuoteParts};

/// What `maker` says of an offer for 1,500 coconuts.
pub fn a_new_quote_by(maker: UserId) -> NewQuote {
    NewQuote {
        id: ids().next(),
        maker,
        price: 1500.try_into().expect("a price"),
        content: "시장 골목을 세 시간 동안 함께 걷습니다".try_into().expect("a content"),
    }
}

/// An open quote by `maker` on `plan`, which must be PENDING.
pub fn a_quote_by(maker: UserId, plan: &Plan) -> Quote {
    Quote::send(a_new_quote_by(maker), plan, now()).expect("a quote that can be sent")
}

/// An open quote by some maker on some plan.
pub fn a_quote() -> Quote {
    a_quote_by(ids().next(), &a_plan())
}

/// [`a_quote`] with a line or two of change.
pub fn a_quote_with(change: impl FnOnce(&mut QuoteParts)) -> Quote {
    let mut parts = a_quote().into_parts();
    change(&mut parts);
    Quote::restore(parts)
}
