//! The ledger against a hand in the database: what the schema refuses, and what the audit finds.

use std::path::Path;

use goforme_embedded::Sqlite;
use kernel::{Transaction, UserId};
use plan::HasPlans;
use point::testing::{a_charge, a_pay_out, an_escrow};
use point::{Account, Discrepancy, HasLedger, LedgerAudit, Posting, Transfer};
use quote::testing::add_a_confirmed_trip;
use tempfile::tempdir;
use user::testing::{add_a_dreamer, add_a_maker};

use crate::fresh::{in_memory, on_disk, raw};

/// A store in which a dreamer, whom it answers, has bought so many coconuts.
async fn with_a_charge(folder: &Path, amount: i64) -> (Sqlite, UserId) {
    let store = on_disk(folder);
    let mut tx = store.transaction().await.unwrap();
    let dreamer = add_a_dreamer(&mut tx).await.id();
    assert_eq!(tx.ledger().post(&a_charge(dreamer, amount)).await.unwrap(), Posting::Posted);
    Box::new(tx).commit().await.unwrap();
    (store, dreamer)
}

#[tokio::test]
async fn what_is_written_in_the_ledger_is_never_changed_or_deleted() {
    let folder = tempdir().unwrap();
    let (store, _) = with_a_charge(folder.path(), 10).await;
    for forbidden in [
        "UPDATE point_entries SET value = value + 1",
        "DELETE FROM point_entries",
        "UPDATE point_transactions SET key = 'another'",
        "DELETE FROM point_transactions",
    ] {
        let refused = raw(folder.path()).execute_batch(forbidden).unwrap_err().to_string();
        assert!(refused.contains("a ledger"), "{forbidden}: {refused}");
    }
    assert_eq!(store.audit().await.unwrap(), []);
}

#[tokio::test]
async fn no_balance_but_the_worlds_goes_below_zero_by_any_hand() {
    let folder = tempdir().unwrap();
    with_a_charge(folder.path(), 10).await;
    let raw = raw(folder.path());
    let refused = raw.execute_batch("UPDATE point_accounts SET balance = -1 WHERE kind = 'USER'");
    assert!(refused.unwrap_err().to_string().contains("point_accounts_not_negative"));
    raw.execute_batch("UPDATE point_accounts SET balance = -11 WHERE kind = 'WORLD'").unwrap();
}

/// What the audit finds after a charge of 10 coconuts by `dreamer` and the damage.
async fn found_after(damage: &str) -> (Vec<Discrepancy>, UserId) {
    let folder = tempdir().unwrap();
    let (store, dreamer) = with_a_charge(folder.path(), 10).await;
    raw(folder.path()).execute_batch(damage).unwrap();
    (store.audit().await.unwrap(), dreamer)
}

#[tokio::test]
async fn a_balance_that_its_entries_do_not_explain_is_found() {
    let (found, user) = found_after("UPDATE point_accounts SET balance = 12 WHERE kind = 'USER'").await;
    assert_eq!(found, [Discrepancy::Balance { account: Account::User(user), kept: 12, entries: 10 }]);
    let (found, _) = found_after("UPDATE point_accounts SET balance = -9 WHERE kind = 'WORLD'").await;
    assert_eq!(found, [Discrepancy::Balance { account: Account::World, kept: -9, entries: -10 }]);
}

#[tokio::test]
async fn a_forged_entry_is_found_in_the_total_its_transfer_and_its_account() {
    let (found, user) = found_after(
        "DROP TRIGGER point_entries_are_final; UPDATE point_entries SET value = 13 WHERE value = 10",
    )
    .await;
    let [Discrepancy::Total { sum: 3 }, Discrepancy::Transfer { key, sum: 3 }, balance] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(key.starts_with("payment:"), "{key}");
    assert_eq!(*balance, Discrepancy::Balance { account: Account::User(user), kept: 10, entries: 13 });
}

#[tokio::test]
async fn escrow_is_what_the_confirmed_quotes_of_confirmed_plans_cost() {
    let store = in_memory();
    let mut tx = store.transaction().await.unwrap();
    let maker = add_a_maker(&mut tx).await.id();
    let (mut plan, quote) = add_a_confirmed_trip(&mut tx, maker, |_| {}).await;
    let price = quote.price().get();
    Box::new(tx).commit().await.unwrap();
    assert_eq!(store.audit().await.unwrap(), [Discrepancy::Escrow { held: 0, owed: price }]);

    let dreamer = plan.dreamer();
    post(&store, &[a_charge(dreamer, price), an_escrow(quote.id(), dreamer, price)]).await;
    assert_eq!(store.audit().await.unwrap(), []);

    plan.complete(dreamer, user::testing::now()).unwrap();
    let mut tx = store.transaction().await.unwrap();
    tx.plans().save(&plan).await.unwrap();
    Box::new(tx).commit().await.unwrap();
    assert_eq!(store.audit().await.unwrap(), [Discrepancy::Escrow { held: price, owed: 0 }]);

    post(&store, &[a_pay_out(quote.id(), maker, price)]).await;
    assert_eq!(store.audit().await.unwrap(), []);
}

async fn post(store: &Sqlite, transfers: &[Transfer]) {
    let mut tx = store.transaction().await.unwrap();
    for transfer in transfers {
        assert_eq!(tx.ledger().post(transfer).await.unwrap(), Posting::Posted);
    }
    Box::new(tx).commit().await.unwrap();
}
