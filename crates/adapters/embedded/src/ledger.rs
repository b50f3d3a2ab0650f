//! The coconuts: `point_accounts`, `point_transactions` and `point_entries`.

use async_trait::async_trait;
use kernel::enums::Named;
use kernel::{StoreError, UserId};
use point::{Account, Entry, HasLedger, Ledger, Posting, Transfer};
use rusqlite::{Connection, named_params};

use crate::connection::Failure;
use crate::database::SqliteTx;
use crate::row::{change, exists, find, millis};

mod audit;

impl HasLedger for SqliteTx {
    fn ledger(&mut self) -> &mut dyn Ledger {
        self
    }
}

#[async_trait]
impl Ledger for SqliteTx {
    async fn post(&mut self, transfer: &Transfer) -> Result<Posting, StoreError> {
        let transfer = transfer.clone();
        self.run(move |connection| post(connection, &transfer)).await
    }

    async fn balance(&mut self, user: UserId) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT balance FROM point_accounts WHERE kind = 'USER' AND owner = :owner";
        self.run(move |connection| {
            let balance =
                find(connection, SQL, named_params! { ":owner": user.to_uuid() }, |row| row.get("balance"))?;
            Ok(balance.unwrap_or(0))
        })
        .await
    }
}

fn post(connection: &Connection, transfer: &Transfer) -> Result<Posting, Failure> {
    const POSTED: &str = "SELECT 1 FROM point_transactions WHERE key = :key";
    if exists(connection, POSTED, named_params! { ":key": transfer.key() })? {
        return Ok(Posting::AlreadyPosted);
    }
    let [debit, credit] = debit_and_credit(transfer);
    // The debit comes first: only it can be refused, and then nothing has been written.
    let Some(debited) = debit_account(connection, debit)? else {
        return Ok(Posting::Insufficient);
    };
    let credited = change_account(connection, credit)?;
    let transaction = insert_transaction(connection, transfer)?;
    insert_entry(connection, transfer, transaction, debit, debited)?;
    insert_entry(connection, transfer, transaction, credit, credited)?;
    Ok(Posting::Posted)
}

/// The entry that takes, then the one that gives.
fn debit_and_credit(transfer: &Transfer) -> [Entry; 2] {
    let mut entries = *transfer.entries();
    entries.sort_unstable_by_key(|entry| entry.value);
    entries
}

/// Takes from an account that has enough, and answers which row that is; `None` if it has too little.
/// The world always has enough.
fn debit_account(connection: &Connection, entry: Entry) -> Result<Option<i64>, Failure> {
    const SQL: &str = "UPDATE point_accounts SET balance = balance + :value
        WHERE kind = :kind AND owner = :owner AND balance + :value >= 0 RETURNING id";
    if !entry.account.is_bounded() {
        return Ok(Some(change_account(connection, entry)?));
    }
    let (kind, owner) = kind_and_owner(entry.account);
    let params = named_params! { ":kind": kind, ":owner": owner, ":value": entry.value };
    find(connection, SQL, params, |row| row.get("id"))
}

/// Changes the balance of an account, which is made if need be, and answers which row that is.
fn change_account(connection: &Connection, entry: Entry) -> rusqlite::Result<i64> {
    const SQL: &str = "INSERT INTO point_accounts (kind, owner, balance) VALUES (:kind, :owner, :value)
        ON CONFLICT (kind, owner) DO UPDATE SET balance = balance + :value RETURNING id";
    let (kind, owner) = kind_and_owner(entry.account);
    let params = named_params! { ":kind": kind, ":owner": owner, ":value": entry.value };
    connection.prepare_cached(SQL)?.query_row(params, |row| row.get("id"))
}

fn kind_and_owner(account: Account) -> (&'static str, Vec<u8>) {
    match account {
        Account::User(user) => ("USER", user.to_uuid().into_bytes().into()),
        Account::Escrow(quote) => ("ESCROW", quote.to_uuid().into_bytes().into()),
        Account::World => ("WORLD", Vec::new()),
    }
}

/// Answers which row it is.
fn insert_transaction(connection: &Connection, transfer: &Transfer) -> rusqlite::Result<i64> {
    const SQL: &str = "INSERT INTO point_transactions (key, event, created_at)
        VALUES (:key, :event, :created_at)";
    let params = named_params! {
        ":key": transfer.key(),
        ":event": transfer.event().as_str(),
        ":created_at": millis(transfer.at()),
    };
    change(connection, SQL, params)?;
    Ok(connection.last_insert_rowid())
}

fn insert_entry(
    connection: &Connection,
    transfer: &Transfer,
    transaction: i64,
    entry: Entry,
    account: i64,
) -> rusqlite::Result<()> {
    const SQL: &str = "INSERT INTO point_entries (id, transaction_id, account_id, value, created_at)
        VALUES (:id, :transaction_id, :account_id, :value, :created_at)";
    let params = named_params! {
        ":id": entry.id.to_uuid(),
        ":transaction_id": transaction,
        ":account_id": account,
        ":value": entry.value,
        ":created_at": millis(transfer.at()),
    };
    change(connection, SQL, params).map(drop)
}
