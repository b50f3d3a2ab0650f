//! A movement of coconuts, and the few reasons for which the marketplace moves them.

use kernel::{
    Coconuts, Code, ErrorCode, IdGenerator, PaymentId, PointEntryId, PointEvent, QuoteId, Timestamp, UserId,
};

use crate::account::Account;

/// What a transfer does to one account: a line of that account's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Names this line.
    pub id: PointEntryId,
    /// The account.
    pub account: Account,
    /// What its balance changes by; never zero.
    pub value: i64,
}

/// One transaction of the ledger. Its entries sum to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    key: String,
    event: PointEvent,
    entries: [Entry; 2],
    at: Timestamp,
}

impl Transfer {
    /// What a payment bought: from the world to the user. Key `payment:<payment>`.
    pub fn charge(
        ids: &dyn IdGenerator,
        payment: PaymentId,
        user: UserId,
        amount: Coconuts,
        at: Timestamp,
    ) -> Self {
        let entries = between(ids, user, amount.get(), Account::World);
        Self { key: format!("payment:{payment}"), event: PointEvent::Charge, entries, at }
    }

    /// Takes back what a payment bought, since its money was given back: from the user to the world.
    /// Key `payment-reversal:<payment>`. `amount` may be less than was bought, if the user has spent
    /// some of it and no more is left to take.
    pub fn reverse_charge(
        ids: &dyn IdGenerator,
        payment: PaymentId,
        user: UserId,
        amount: Coconuts,
        at: Timestamp,
    ) -> Self {
        let entries = between(ids, user, -amount.get(), Account::World);
        Self { key: format!("payment-reversal:{payment}"), event: PointEvent::Withdraw, entries, at }
    }

    /// The price of a quote that its dreamer confirms: from the dreamer into the quote's escrow.
    /// Key `quote-confirm:<quote>`.
    pub fn escrow(
        ids: &dyn IdGenerator,
        quote: QuoteId,
        dreamer: UserId,
        price: Coconuts,
        at: Timestamp,
    ) -> Self {
        let entries = between(ids, dreamer, -price.get(), Account::Escrow(quote));
        Self { key: format!("quote-confirm:{quote}"), event: PointEvent::Spend, entries, at }
    }

    /// The price of a completed trip: from the confirmed quote's escrow to its maker.
    /// Key `plan-complete:<quote>`.
    pub fn pay_out(
        ids: &dyn IdGenerator,
        quote: QuoteId,
        maker: UserId,
        price: Coconuts,
        at: Timestamp,
    ) -> Self {
        let entries = between(ids, maker, price.get(), Account::Escrow(quote));
        Self { key: format!("plan-complete:{quote}"), event: PointEvent::Earn, entries, at }
    }

    /// Names the cause; no two transfers of one ledger have the same.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Why the coconuts moved, as the user whose account is touched sees it.
    pub const fn event(&self) -> PointEvent {
        self.event
    }

    /// Both entries, in the order in which a store must lock their accounts (that of [`Account`]): the
    /// user's, then the other.
    pub const fn entries(&self) -> &[Entry; 2] {
        &self.entries
    }

    /// When it happened.
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

/// What gives `value` to the user and takes it from `other`; a negative one goes the other way.
fn between(ids: &dyn IdGenerator, user: UserId, value: i64, other: Account) -> [Entry; 2] {
    [
        Entry { id: ids.next(), account: Account::User(user), value },
        Entry { id: ids.next(), account: other, value: -value },
    ]
}

/// A user has fewer coconuts than something costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are too few coconuts in the account")]
pub struct CoconutsInsufficient;

impl ErrorCode for CoconutsInsufficient {
    fn code(&self) -> Code {
        Code::invalid("COCONUTS_INSUFFICIENT")
    }
}
