//! Transfers for tests, and the contract of the ports as a suite that runs on every adapter.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "for tests only")]

mod contract;

use std::sync::LazyLock;

use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, Coconuts, IdGenerator, QuoteId, Timestamp, UserId};

pub use contract::*;

use crate::transfer::Transfer;

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: noon in Seoul, where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// So many coconuts.
pub fn coconuts(amount: i64) -> Coconuts {
    amount.try_into().expect("an amount of coconuts")
}

/// What a new payment of the user's bought.
pub fn a_charge(user: UserId, amount: i64) -> Transfer {
    Transfer::charge(ids(), ids().next(), user, coconuts(amount), now())
}

/// The price of a quote that the dreamer confirmed.
pub fn an_escrow(quote: QuoteId, dreamer: UserId, price: i64) -> Transfer {
    Transfer::escrow(ids(), quote, dreamer, coconuts(price), now())
}

/// The price of a quote whose trip is over.
pub fn a_pay_out(quote: QuoteId, maker: UserId, price: i64) -> Transfer {
    Transfer::pay_out(ids(), quote, maker, coconuts(price), now())
}
