//! The proof of the books.

use async_trait::async_trait;
use kernel::StoreError;
use point::{Account, Discrepancy, LedgerAudit};
use rusqlite::{Connection, Row};

use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::{find, id, list};

#[async_trait]
impl LedgerAudit for Sqlite {
    async fn audit(&self) -> Result<Vec<Discrepancy>, StoreError> {
        self.read(|connection| {
            // One state of the database for all four questions.
            let snapshot = connection.unchecked_transaction()?;
            let mut off: Vec<_> = total(&snapshot)?.into_iter().collect();
            off.extend(transfers(&snapshot)?);
            off.extend(balances(&snapshot)?);
            off.extend(escrow(&snapshot)?);
            Ok(off)
        })
        .await
    }
}

fn total(connection: &Connection) -> Result<Option<Discrepancy>, Failure> {
    const SQL: &str = "SELECT sum(value) AS sum FROM point_entries HAVING sum(value) <> 0";
    find(connection, SQL, [], |row| row.get("sum").map(|sum| Discrepancy::Total { sum }))
}

fn transfers(connection: &Connection) -> Result<Vec<Discrepancy>, Failure> {
    const SQL: &str = "SELECT key, sum(value) AS sum
        FROM point_entries JOIN point_transactions ON point_transactions.id = transaction_id
        GROUP BY transaction_id HAVING sum(value) <> 0 ORDER BY transaction_id";
    list(connection, SQL, [], |row| {
        Ok::<_, Failure>(Discrepancy::Transfer { key: row.get("key")?, sum: row.get("sum")? })
    })
}

fn balances(connection: &Connection) -> Result<Vec<Discrepancy>, Failure> {
    const SQL: &str = "SELECT kind, owner, balance, coalesce(sum(value), 0) AS entries
        FROM point_accounts LEFT JOIN point_entries ON account_id = point_accounts.id
        GROUP BY point_accounts.id HAVING balance <> coalesce(sum(value), 0) ORDER BY point_accounts.id";
    list(connection, SQL, [], |row| {
        Ok::<_, Failure>(Discrepancy::Balance {
            account: read_account(row)?,
            kept: row.get("balance")?,
            entries: row.get("entries")?,
        })
    })
}

fn read_account(row: &Row<'_>) -> Result<Account, Failure> {
    match row.get::<_, String>("kind")?.as_str() {
        "USER" => Ok(Account::User(id(row, "owner")?)),
        "ESCROW" => Ok(Account::Escrow(id(row, "owner")?)),
        "WORLD" => Ok(Account::World),
        other => Err(StoreError::corrupt(format!("an account of the kind {other}")).into()),
    }
}

fn escrow(connection: &Connection) -> Result<Option<Discrepancy>, Failure> {
    const SQL: &str = "SELECT held, owed FROM
            (SELECT coalesce(sum(balance), 0) AS held FROM point_accounts WHERE kind = 'ESCROW'),
            (SELECT coalesce(sum(price), 0) AS owed
                FROM plans JOIN quotes ON quotes.id = confirmed_quote_id WHERE status = 'CONFIRMED')
        WHERE held <> owed";
    find(connection, SQL, [], |row| {
        Ok::<_, Failure>(Discrepancy::Escrow { held: row.get("held")?, owed: row.get("owed")? })
    })
}
