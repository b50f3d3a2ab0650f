//! What the database refuses by itself, whoever asks; and what the proof of the books finds when somebody
//! with the rights to has gone past all that.

use follow::testing::a_follow;
use follow::{AddFollow, HasFollows};
use goforme_postgres::Postgres;
use kernel::{Transaction, UserId};
use payment::testing::a_payment_with;
use payment::{AddPayment, HasPayments};
use plan::testing::add_a_plan;
use point::testing::{a_charge, a_pay_out, an_escrow};
use point::{Account, Discrepancy, HasLedger, LedgerAudit, Posting};
use quote::testing::{add_a_completed_trip, add_a_quote_by};
use review::testing::a_review_of;
use review::{AddReview, HasReviews};
use tokio_postgres::Client;
use user::testing::{add_a_dreamer, add_a_maker, ids};

use crate::fresh::{config, database, intruder};

/// A store whose books hold 100 coconuts of a dreamer's and 60 in escrow, and somebody at its database.
async fn books() -> (Postgres, Client, UserId) {
    let url = database().await;
    let store = Postgres::new(&config(url.clone())).unwrap();
    let mut tx = store.transaction().await.unwrap();
    let dreamer = add_a_dreamer(&mut tx).await.id();
    for transfer in [a_charge(dreamer, 160), an_escrow(ids().next(), dreamer, 60)] {
        assert_eq!(tx.ledger().post(&transfer).await.unwrap(), Posting::Posted);
    }
    Box::new(tx).commit().await.unwrap();
    (store, intruder(&url).await, dreamer)
}

async fn refused(intruder: &Client, sql: &str) -> String {
    let error = intruder.batch_execute(sql).await.expect_err(sql);
    let refusal = error.as_db_error().unwrap();
    refusal.constraint().unwrap_or(refusal.message()).to_owned()
}

#[tokio::test]
async fn what_is_in_the_ledger_is_never_changed_or_deleted() {
    let (_, intruder, _) = books().await;
    for table in ["point_transactions", "point_entries"] {
        for attack in [
            format!("UPDATE {table} SET created_at = now()"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            let refusal = refused(&intruder, &attack).await;
            assert!(refusal.contains("the ledger is written once"), "{attack}: {refusal}");
        }
    }
}

/// A bit of everything: users, a reviewed trip with a quote that was not chosen, a follow, a payment.
async fn market() -> Client {
    let url = database().await;
    let mut tx = Postgres::new(&config(url.clone())).unwrap().transaction().await.unwrap();
    let (maker, another) = (add_a_maker(&mut tx).await.id(), add_a_maker(&mut tx).await.id());
    let plan = add_a_plan(&mut tx, |plan| plan.assignees = vec![maker]).await;
    add_a_quote_by(&mut tx, maker, &plan).await;
    add_a_quote_by(&mut tx, another, &plan).await;
    let trip = add_a_completed_trip(&mut tx, maker, |_| {}).await;
    let review = a_review_of(&trip, 5.try_into().unwrap());
    assert_eq!(tx.reviews().add(&review).await.unwrap(), AddReview::Added);
    let follow = a_follow(plan.dreamer(), maker);
    assert_eq!(tx.follows().add(&follow).await.unwrap(), AddFollow::Added);
    let payment = a_payment_with(|payment| payment.new.user = plan.dreamer());
    assert_eq!(tx.payments().add(&payment).await.unwrap(), AddPayment::Added);
    assert_eq!(tx.ledger().post(&a_charge(plan.dreamer(), 1)).await.unwrap(), Posting::Posted);
    Box::new(tx).commit().await.unwrap();
    intruder(&url).await
}

/// Adds every row of the table once more, with a new id and these changes.
fn copies(table: &str, changes: &str) -> String {
    format!(
        "INSERT INTO {table} SELECT (jsonb_populate_record(old,
            jsonb_build_object('id', gen_random_uuid()) || '{changes}')).* FROM {table} AS old"
    )
}

#[tokio::test]
async fn impossible_rows_are_refused_by_the_constraint_that_forbids_them() {
    let intruder = market().await;
    for (attack, constraint) in [
        (copies("users", r#"{"email": "a@b.example", "email_key": "a@b.example"}"#), "users_nick_name"),
        (copies("users", r#"{"nick_name": "n"}"#), "users_email"),
        (copies("users", r#"{"password_hash": null}"#), "users_can_log_in"),
        (copies("follows", "{}"), "follows_once"),
        (copies("quotes", "{}"), "quotes_one_live"),
        (copies("quotes", r#"{"price": 0}"#), "quotes_price"),
        (copies("reviews", "{}"), "reviews_one_per_plan"),
        (copies("reviews", r#"{"rating": 6}"#), "reviews_rating"),
        (copies("payments", "{}"), "payments_merchant_id"),
        (copies("payments", r#"{"amount": 150}"#), "payments_amount"),
        (copies("plans", r#"{"address": "Seoul"}"#), "plans_address_for_shopping"),
        (
            copies("plans", r#"{"status": "CONFIRMED", "confirmed_quote_id": null}"#),
            "plans_confirmed_with_quote",
        ),
        ("UPDATE quotes SET confirmed_at = now()".to_owned(), "quotes_one_confirmed"),
        (
            "UPDATE plans SET confirmed_quote_id = id WHERE status = 'COMPLETED'".to_owned(),
            "plans_confirmed_quote",
        ),
        ("UPDATE profiles SET gallery = NULL WHERE gallery <> ''".to_owned(), "profiles_of_makers_are_whole"),
        ("UPDATE profiles SET service_areas = '{}'".to_owned(), "profiles_have_choices"),
        ("UPDATE point_accounts SET balance = -1".to_owned(), "point_accounts_not_negative"),
        (
            "INSERT INTO point_accounts (kind, owner, balance) VALUES ('USER', gen_random_uuid(), 0)"
                .to_owned(),
            "point_accounts_user_id_fkey",
        ),
        (
            "INSERT INTO point_transactions (key, event, created_at)
                SELECT key, event, created_at FROM point_transactions"
                .to_owned(),
            "point_transactions_key",
        ),
    ] {
        assert_eq!(refused(&intruder, &attack).await, constraint, "{attack}");
    }
}

#[tokio::test]
async fn whatever_is_off_in_the_books_is_found() {
    let (store, intruder, dreamer) = books().await;
    assert_eq!(store.audit().await.unwrap(), [Discrepancy::Escrow { held: 60, owed: 0 }]);
    // As a superuser can: with the triggers and the foreign keys out of the way.
    let forge = "SET session_replication_role = replica;
        UPDATE point_accounts SET balance = balance + 7 WHERE kind = 'USER';
        UPDATE point_entries SET value = value + 5 WHERE account_kind = 'ESCROW'";
    intruder.batch_execute(forge).await.unwrap();
    let off = store.audit().await.unwrap();
    let account = Account::User(dreamer);
    assert_eq!(off.len(), 5, "{off:?}");
    assert_eq!(off[0], Discrepancy::Total { sum: 5 });
    assert!(matches!(&off[1], Discrepancy::Transfer { key, sum: 5 } if key.starts_with("quote-confirm:")));
    assert_eq!(off[2], Discrepancy::Balance { account, kept: 107, entries: 100 });
    assert!(matches!(off[3], Discrepancy::Balance { account: Account::Escrow(_), kept: 60, entries: 65 }));
    assert_eq!(off[4], Discrepancy::Escrow { held: 60, owed: 0 });
}

/// Confirmations of different dreamers wait for nobody: not for a common account, nor for a common lock.
#[tokio::test]
async fn transfers_of_different_users_do_not_wait_for_each_other() {
    let (store, _, dreamer) = books().await;
    let mut tx = store.transaction().await.unwrap();
    let (another, maker) = (add_a_dreamer(&mut tx).await.id(), add_a_maker(&mut tx).await.id());
    assert_eq!(tx.ledger().post(&a_charge(another, 50)).await.unwrap(), Posting::Posted);
    Box::new(tx).commit().await.unwrap();

    let (mut first, mut second) = (store.transaction().await.unwrap(), store.transaction().await.unwrap());
    let (quote, other_quote) = (ids().next(), ids().next());
    for transfer in [a_charge(dreamer, 1), an_escrow(quote, dreamer, 10), a_pay_out(quote, maker, 10)] {
        assert_eq!(first.ledger().post(&transfer).await.unwrap(), Posting::Posted);
    }
    for transfer in [a_charge(another, 1), an_escrow(other_quote, another, 10)] {
        assert_eq!(second.ledger().post(&transfer).await.unwrap(), Posting::Posted);
    }
    Box::new(second).commit().await.unwrap();
    Box::new(first).commit().await.unwrap();
}
