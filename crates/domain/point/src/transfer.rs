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

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use kernel::testing::{CountingIds, FakeClock};
    use kernel::{Clock, Kind};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::port::Posting;

    /// The ledger as the port describes it, in its simplest form.
    #[derive(Default)]
    struct Model {
        balances: HashMap<Account, i64>,
        keys: HashSet<String>,
    }

    impl Model {
        fn post(&mut self, transfer: &Transfer) -> Posting {
            if self.keys.contains(transfer.key()) {
                return Posting::AlreadyPosted;
            }
            let after = |entry: &Entry| self.balance(entry.account) + entry.value;
            if transfer.entries().iter().any(|entry| entry.account.is_bounded() && after(entry) < 0) {
                return Posting::Insufficient;
            }
            for entry in transfer.entries() {
                *self.balances.entry(entry.account).or_default() += entry.value;
            }
            self.keys.insert(transfer.key().to_owned());
            Posting::Posted
        }

        fn balance(&self, account: Account) -> i64 {
            self.balances.get(&account).copied().unwrap_or_default()
        }
    }

    /// Few enough of everything that transfers meet.
    fn a_transfer() -> impl Strategy<Value = Transfer> {
        let few = 0..4_u128;
        (0..4_u8, few.clone(), few, 1..=30_i64).prop_map(|(which, cause, user, amount)| {
            let (ids, at) = (CountingIds::default(), FakeClock::default().now());
            let (cause, user) = (Uuid::from_u128(cause), Uuid::from_u128(user).into());
            let amount = Coconuts::try_from(amount).unwrap();
            match which {
                0 => Transfer::charge(&ids, cause.into(), user, amount, at),
                1 => Transfer::reverse_charge(&ids, cause.into(), user, amount, at),
                2 => Transfer::escrow(&ids, cause.into(), user, amount, at),
                _ => Transfer::pay_out(&ids, cause.into(), user, amount, at),
            }
        })
    }

    proptest! {
        #[test]
        fn the_entries_of_a_transfer_sum_to_zero_and_none_is_zero(transfer in a_transfer()) {
            let values = transfer.entries().map(|entry| entry.value);
            prop_assert_eq!(values.iter().sum::<i64>(), 0);
            prop_assert!(values.iter().all(|value| *value != 0));
        }

        #[test]
        fn the_entries_of_a_transfer_are_in_locking_order_and_have_ids_of_their_own(transfer in a_transfer()) {
            let [first, second] = transfer.entries();
            prop_assert!(first.account < second.account);
            prop_assert_ne!(first.id, second.id);
        }

        #[test]
        fn whatever_is_posted_everything_sums_to_zero_and_only_the_world_owes(
            transfers in prop::collection::vec(a_transfer(), 0..60),
        ) {
            let mut ledger = Model::default();
            for transfer in &transfers {
                let before = ledger.balances.clone();
                if ledger.post(transfer) != Posting::Posted {
                    prop_assert_eq!(&before, &ledger.balances);
                }
                prop_assert_eq!(ledger.balances.values().sum::<i64>(), 0);
                for (account, balance) in &ledger.balances {
                    prop_assert!(!account.is_bounded() || *balance >= 0, "{} holds {}", account, balance);
                }
            }
        }

        #[test]
        fn posting_everything_again_changes_nothing_that_was_posted(
            transfers in prop::collection::vec(a_transfer(), 0..30),
        ) {
            let mut ledger = Model::default();
            let posted: Vec<_> =
                transfers.iter().filter(|transfer| ledger.post(transfer) == Posting::Posted).collect();
            let before = ledger.balances.clone();
            for transfer in posted {
                prop_assert_eq!(ledger.post(transfer), Posting::AlreadyPosted);
            }
            prop_assert_eq!(before, ledger.balances);
        }
    }

    #[test]
    fn each_movement_is_named_by_its_cause_and_seen_from_the_users_side() {
        let (ids, at) = (CountingIds::default(), FakeClock::default().now());
        let cause = Uuid::from_u128(7);
        let (user, amount) = (Uuid::from_u128(1).into(), Coconuts::try_from(5).unwrap());
        let escrow = Account::Escrow(cause.into());
        for (transfer, key, event, value, other) in [
            (
                Transfer::charge(&ids, cause.into(), user, amount, at),
                format!("payment:{cause}"),
                PointEvent::Charge,
                5,
                Account::World,
            ),
            (
                Transfer::reverse_charge(&ids, cause.into(), user, amount, at),
                format!("payment-reversal:{cause}"),
                PointEvent::Withdraw,
                -5,
                Account::World,
            ),
            (
                Transfer::escrow(&ids, cause.into(), user, amount, at),
                format!("quote-confirm:{cause}"),
                PointEvent::Spend,
                -5,
                escrow,
            ),
            (
                Transfer::pay_out(&ids, cause.into(), user, amount, at),
                format!("plan-complete:{cause}"),
                PointEvent::Earn,
                5,
                escrow,
            ),
        ] {
            assert_eq!((transfer.key(), transfer.event(), transfer.at()), (&*key, event, at));
            let [mine, theirs] = transfer.entries();
            assert_eq!((mine.account, mine.value), (Account::User(user), value));
            assert_eq!((theirs.account, theirs.value), (other, -value));
        }
    }

    #[test]
    fn too_few_coconuts_is_a_request_that_cannot_be_granted() {
        let code = CoconutsInsufficient.code();
        assert_eq!((code.kind, code.name), (Kind::Invalid, "COCONUTS_INSUFFICIENT"));
    }
}
