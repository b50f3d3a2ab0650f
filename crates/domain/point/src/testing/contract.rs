//! What a store of the ledger promises.

use std::sync::Arc;

use futures_util::future::join_all;
use kernel::{Begin, PaymentId, QuoteId, StoreError, UserId};
use user::HasUsers;
use user::testing::{a_dreamer, a_maker};

use super::{a_charge, a_pay_out, an_escrow, coconuts, ids, now};
use crate::audit::Discrepancy;
use crate::port::{HasLedger, LedgerAudit, Posting};
use crate::transfer::Transfer;

kernel::bundle! {
    /// What the contract needs from a transaction: the ledger, and users to have accounts.
    pub trait LedgerContractTx: HasLedger, HasUsers;
}

/// The store under test, empty, from both its sides.
#[derive(Clone)]
pub struct Stores {
    /// Where transfers are posted.
    pub transactions: Arc<dyn Begin<dyn LedgerContractTx>>,
    /// Where the books are proved.
    pub audit: Arc<dyn LedgerAudit>,
}

impl Stores {
    async fn begin(&self) -> Box<dyn LedgerContractTx> {
        self.transactions.begin().await.unwrap()
    }

    async fn users(&self) -> (UserId, UserId) {
        let ((dreamer, dreamers), (maker, makers)) = (a_dreamer(), a_maker());
        let mut tx = self.begin().await;
        tx.users().add(&dreamer, &dreamers).await.unwrap().accepted().unwrap();
        tx.users().add(&maker, &makers).await.unwrap().accepted().unwrap();
        tx.commit().await.unwrap();
        (dreamer.id(), maker.id())
    }

    /// Posts in a transaction of its own, again for as long as that collides with others.
    async fn post(&self, transfer: &Transfer) -> Posting {
        loop {
            match self.try_to_post(transfer).await {
                Err(StoreError::Contended(_)) => {}
                posting => break posting.unwrap(),
            }
        }
    }

    async fn try_to_post(&self, transfer: &Transfer) -> Result<Posting, StoreError> {
        let mut tx = self.transactions.begin().await?;
        let posting = tx.ledger().post(transfer).await;
        kernel::finish(tx, posting).await
    }

    /// A dreamer with so many coconuts, and a maker with none.
    async fn users_with(&self, amount: i64) -> (UserId, UserId) {
        let (dreamer, maker) = self.users().await;
        assert_eq!(self.post(&a_charge(dreamer, amount)).await, Posting::Posted);
        (dreamer, maker)
    }

    async fn balance(&self, user: UserId) -> i64 {
        let mut tx = self.begin().await;
        let balance = tx.ledger().balance(user).await.unwrap();
        tx.rollback().await.unwrap();
        balance
    }
}

/// Coconuts come from the world, wait in escrow, and end with the maker.
pub async fn coconuts_move_from_account_to_account(stores: Stores) {
    let (dreamer, maker) = stores.users().await;
    let quote = ids().next();
    assert_eq!((stores.balance(dreamer).await, stores.balance(maker).await), (0, 0));
    for (transfer, balances) in [
        (a_charge(dreamer, 100), (100, 0)),
        (an_escrow(quote, dreamer, 60), (40, 0)),
        (a_pay_out(quote, maker, 60), (40, 60)),
        (Transfer::reverse_charge(ids(), ids().next(), dreamer, coconuts(40), now()), (0, 60)),
    ] {
        assert_eq!(stores.post(&transfer).await, Posting::Posted, "{}", transfer.key());
        assert_eq!((stores.balance(dreamer).await, stores.balance(maker).await), balances);
    }
}

/// The largest amounts add up without overflow.
pub async fn many_of_the_largest_amounts_add_up(stores: Stores) {
    let (dreamer, _) = stores.users().await;
    for _ in 0..10 {
        assert_eq!(stores.post(&a_charge(dreamer, 1_000_000_000)).await, Posting::Posted);
    }
    assert_eq!(stores.balance(dreamer).await, 10_000_000_000);
}

/// The same key again, in the same transaction or later, even with another amount, moves nothing.
pub async fn a_key_is_posted_once(stores: Stores) {
    let (dreamer, maker) = stores.users().await;
    let payment: PaymentId = ids().next();
    let charge = |user, amount| Transfer::charge(ids(), payment, user, coconuts(amount), now());
    let mut tx = stores.begin().await;
    assert_eq!(tx.ledger().post(&charge(dreamer, 7)).await.unwrap(), Posting::Posted);
    assert_eq!(tx.ledger().post(&charge(dreamer, 7)).await.unwrap(), Posting::AlreadyPosted);
    assert_eq!(tx.ledger().post(&a_charge(maker, 3)).await.unwrap(), Posting::Posted);
    tx.commit().await.unwrap();
    assert_eq!(stores.post(&charge(dreamer, 8)).await, Posting::AlreadyPosted);
    assert_eq!(stores.post(&charge(maker, 9)).await, Posting::AlreadyPosted);
    assert_eq!((stores.balance(dreamer).await, stores.balance(maker).await), (7, 3));
}

/// A user can't spend what they don't have; the transaction goes on all the same.
pub async fn an_account_is_not_overdrawn_and_the_transaction_survives(stores: Stores) {
    let (dreamer, maker) = stores.users_with(10).await;
    let mut tx = stores.begin().await;
    assert_eq!(tx.ledger().post(&an_escrow(ids().next(), dreamer, 11)).await.unwrap(), Posting::Insufficient);
    assert_eq!(tx.ledger().post(&an_escrow(ids().next(), maker, 1)).await.unwrap(), Posting::Insufficient);
    assert_eq!(tx.ledger().balance(dreamer).await.unwrap(), 10);
    assert_eq!(tx.ledger().post(&an_escrow(ids().next(), dreamer, 10)).await.unwrap(), Posting::Posted);
    assert_eq!(tx.ledger().post(&an_escrow(ids().next(), dreamer, 1)).await.unwrap(), Posting::Insufficient);
    tx.commit().await.unwrap();
    assert_eq!((stores.balance(dreamer).await, stores.balance(maker).await), (0, 0));
}

/// What was refused left no trace: its key can be posted once there are enough coconuts.
pub async fn an_insufficient_transfer_can_be_posted_later(stores: Stores) {
    let (dreamer, _) = stores.users_with(4).await;
    let escrow = an_escrow(ids().next(), dreamer, 5);
    assert_eq!(stores.post(&escrow).await, Posting::Insufficient);
    assert_eq!(stores.post(&a_charge(dreamer, 1)).await, Posting::Posted);
    assert_eq!(stores.post(&escrow).await, Posting::Posted);
    assert_eq!(stores.balance(dreamer).await, 0);
}

/// The key is looked for before the balance.
pub async fn what_is_posted_already_is_never_insufficient(stores: Stores) {
    let (dreamer, _) = stores.users_with(10).await;
    let escrow = an_escrow(ids().next(), dreamer, 10);
    assert_eq!(stores.post(&escrow).await, Posting::Posted);
    assert_eq!(stores.post(&escrow).await, Posting::AlreadyPosted);
}

/// Each quote's escrow is an account of its own, and can't be overdrawn either.
pub async fn escrow_pays_out_only_what_it_holds(stores: Stores) {
    let (dreamer, maker) = stores.users_with(20).await;
    let (one, other): (QuoteId, QuoteId) = (ids().next(), ids().next());
    for quote in [one, other] {
        assert_eq!(stores.post(&an_escrow(quote, dreamer, 10)).await, Posting::Posted);
    }
    assert_eq!(stores.post(&a_pay_out(one, maker, 11)).await, Posting::Insufficient);
    assert_eq!(stores.post(&a_pay_out(ids().next(), maker, 1)).await, Posting::Insufficient);
    assert_eq!(stores.post(&a_pay_out(one, maker, 10)).await, Posting::Posted);
    assert_eq!(stores.balance(maker).await, 10);
}

/// A transaction sees what it posted; once it's rolled back, nobody does, and the key is free.
pub async fn a_rolled_back_transaction_leaves_nothing(stores: Stores) {
    let (dreamer, _) = stores.users().await;
    let charge = a_charge(dreamer, 5);
    let mut tx = stores.begin().await;
    assert_eq!(tx.ledger().post(&charge).await.unwrap(), Posting::Posted);
    assert_eq!(tx.ledger().balance(dreamer).await.unwrap(), 5);
    tx.rollback().await.unwrap();
    assert_eq!(stores.balance(dreamer).await, 0);
    assert_eq!(stores.post(&charge).await, Posting::Posted);
}

/// A transaction that is dropped leaves neither coconuts nor locks.
pub async fn a_dropped_transaction_leaves_nothing(stores: Stores) {
    let (dreamer, _) = stores.users().await;
    let charge = a_charge(dreamer, 5);
    let mut tx = stores.begin().await;
    assert_eq!(tx.ledger().post(&charge).await.unwrap(), Posting::Posted);
    drop(tx);
    assert_eq!(stores.balance(dreamer).await, 0);
    assert_eq!(stores.post(&charge).await, Posting::Posted);
}

/// Of twenty debits at once, of which five can be paid, five are.
pub async fn concurrent_debits_never_overdraw(stores: Stores) {
    let (dreamer, _) = stores.users_with(5 * 10 + 9).await;
    let debits: Vec<_> = (0..20).map(|_| an_escrow(ids().next(), dreamer, 10)).collect();
    let postings = join_all(debits.iter().map(|debit| stores.post(debit))).await;
    assert_eq!(postings.iter().filter(|posting| **posting == Posting::Posted).count(), 5);
    assert_eq!(postings.iter().filter(|posting| **posting == Posting::Insufficient).count(), 15);
    assert_eq!(stores.balance(dreamer).await, 9);
}

/// Of ten postings of one key at once, one is made.
pub async fn concurrent_postings_of_one_key_are_one(stores: Stores) {
    let (dreamer, _) = stores.users().await;
    let charge = a_charge(dreamer, 5);
    let postings = join_all((0..10).map(|_| stores.post(&charge))).await;
    assert_eq!(postings.iter().filter(|posting| **posting == Posting::Posted).count(), 1);
    assert_eq!(postings.iter().filter(|posting| **posting == Posting::AlreadyPosted).count(), 9);
    assert_eq!(stores.balance(dreamer).await, 5);
}

/// Users who pay each other at once, in both directions and on first use of their accounts, wait for
/// each other instead of dead-locking, and nothing is lost.
pub async fn concurrent_transfers_in_both_directions_all_succeed(stores: Stores) {
    let (one, other) = stores.users_with(100).await;
    assert_eq!(stores.post(&a_charge(other, 100)).await, Posting::Posted);
    join_all((0..20).map(|turn| {
        let (from, to) = if turn % 2 == 0 { (one, other) } else { (other, one) };
        let stores = &stores;
        async move {
            let quote = ids().next();
            assert_eq!(stores.post(&an_escrow(quote, from, 10)).await, Posting::Posted);
            assert_eq!(stores.post(&a_pay_out(quote, to, 10)).await, Posting::Posted);
        }
    }))
    .await;
    assert_eq!((stores.balance(one).await, stores.balance(other).await), (100, 100));
}

/// A balance that was read stays what it is until the transaction ends, so that all of it can be taken.
pub async fn a_balance_that_was_read_is_held(stores: Stores) {
    let (dreamer, _) = stores.users_with(100).await;
    let taken = join_all((0..10).map(|_| async {
        loop {
            match take_half(&stores, dreamer).await {
                Err(StoreError::Contended(_)) => {}
                taken => break taken.unwrap(),
            }
        }
    }))
    .await;
    // 50, 25, 13, 6, 3, 2, 1, and then there is nothing left to take.
    assert_eq!(taken.iter().sum::<i64>(), 100);
    assert_eq!(stores.balance(dreamer).await, 0);
}

async fn take_half(stores: &Stores, user: UserId) -> Result<i64, StoreError> {
    let mut tx = stores.transactions.begin().await?;
    let outcome = async {
        let half = (tx.ledger().balance(user).await? + 1) / 2;
        if half > 0 {
            let taking = Transfer::reverse_charge(ids(), ids().next(), user, coconuts(half), now());
            assert_eq!(tx.ledger().post(&taking).await?, Posting::Posted);
        }
        Ok(half)
    }
    .await;
    kernel::finish(tx, outcome).await
}

/// What was only posted balances; escrow that no CONFIRMED plan stands behind is found.
pub async fn the_audit_finds_escrow_that_nothing_stands_behind(stores: Stores) {
    assert_eq!(stores.audit.audit().await.unwrap(), []);
    let (dreamer, maker) = stores.users_with(10).await;
    assert_eq!(stores.audit.audit().await.unwrap(), []);
    let quote = ids().next();
    assert_eq!(stores.post(&an_escrow(quote, dreamer, 10)).await, Posting::Posted);
    assert_eq!(stores.audit.audit().await.unwrap(), [Discrepancy::Escrow { held: 10, owed: 0 }]);
    assert_eq!(stores.post(&a_pay_out(quote, maker, 10)).await, Posting::Posted);
    assert_eq!(stores.audit.audit().await.unwrap(), []);
}

/// Turns each case of the contract into a test of its own, against fresh [`Stores`].
#[macro_export]
macro_rules! ledger_contract {
    ($fresh_stores:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_stores.await).await; })*
    };
    ($fresh_stores:expr) => {
        $crate::ledger_contract!($fresh_stores;
            coconuts_move_from_account_to_account,
            many_of_the_largest_amounts_add_up,
            a_key_is_posted_once,
            an_account_is_not_overdrawn_and_the_transaction_survives,
            an_insufficient_transfer_can_be_posted_later,
            what_is_posted_already_is_never_insufficient,
            escrow_pays_out_only_what_it_holds,
            a_rolled_back_transaction_leaves_nothing,
            a_dropped_transaction_leaves_nothing,
            concurrent_debits_never_overdraw,
            concurrent_postings_of_one_key_are_one,
            concurrent_transfers_in_both_directions_all_succeed,
            a_balance_that_was_read_is_held,
            the_audit_finds_escrow_that_nothing_stands_behind,
        );
    };
}
