//! The proof of the books.

use std::time::Duration;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid};
use kernel::StoreError;
use point::{Account, Discrepancy, LedgerAudit};

use crate::connection::Connection;
use crate::database::Postgres;
use crate::row::{AccountKind, Stored};
use crate::schema::sql_types;
use crate::sql::{Prepared, sql};

/// How long a proof may take; it reads all entries there are.
const PATIENCE: Duration = Duration::from_hours(1);

/// One state of the database for all four questions, without the limits that requests have.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = 0";

const TOTAL: &str = "SELECT sum(value)::bigint AS sum FROM point_entries HAVING sum(value) <> 0";
const TRANSFERS: &str = "SELECT key, sum(value)::bigint AS sum
    FROM point_entries JOIN point_transactions ON point_transactions.id = transaction_id
    GROUP BY point_transactions.id HAVING sum(value) <> 0 ORDER BY point_transactions.id";
const BALANCES: &str = "SELECT kind, owner, balance AS kept, coalesce(sum(value), 0)::bigint AS entries
    FROM point_accounts LEFT JOIN point_entries ON account_kind = kind AND account_owner = owner
    GROUP BY kind, owner HAVING balance <> coalesce(sum(value), 0) ORDER BY kind, owner";
const ESCROW: &str = "SELECT held, owed FROM
        (SELECT coalesce(sum(balance), 0)::bigint AS held FROM point_accounts WHERE kind = 'ESCROW') AS h,
        (SELECT coalesce(sum(price), 0)::bigint AS owed
            FROM plans JOIN quotes ON quotes.id = confirmed_quote_id WHERE status = 'CONFIRMED') AS o
    WHERE held <> owed";

#[async_trait]
impl LedgerAudit for Postgres {
    async fn audit(&self) -> Result<Vec<Discrepancy>, StoreError> {
        let mut connection = self.connection().await?;
        connection.be_patient(PATIENCE);
        connection.begin(BEGIN).await?;
        let off = discrepancies(&mut connection).await?;
        connection.roll_back().await?;
        Ok(off)
    }
}

async fn discrepancies(connection: &mut Connection) -> Result<Vec<Discrepancy>, StoreError> {
    let mut off = Vec::new();
    let total: Option<TotalRow> = connection.find(Prepared(sql(TOTAL))).await?;
    off.extend(total.map(|TotalRow { sum }| Discrepancy::Total { sum }));
    let transfers: Vec<TransferRow> = connection.list(Prepared(sql(TRANSFERS))).await?;
    off.extend(transfers.into_iter().map(|TransferRow { key, sum }| Discrepancy::Transfer { key, sum }));
    let balances: Vec<BalanceRow> = connection.list(Prepared(sql(BALANCES))).await?;
    off.extend(balances.into_iter().map(Discrepancy::from));
    let escrow: Option<EscrowRow> = connection.find(Prepared(sql(ESCROW))).await?;
    off.extend(escrow.map(|EscrowRow { held, owed }| Discrepancy::Escrow { held, owed }));
    Ok(off)
}

#[derive(QueryableByName)]
struct TotalRow {
    #[diesel(sql_type = BigInt)]
    sum: i64,
}

#[derive(QueryableByName)]
struct TransferRow {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = BigInt)]
    sum: i64,
}

#[derive(QueryableByName)]
struct BalanceRow {
    #[diesel(sql_type = sql_types::AccountKind)]
    kind: Stored<AccountKind>,
    #[diesel(sql_type = Uuid)]
    owner: uuid::Uuid,
    #[diesel(sql_type = BigInt)]
    kept: i64,
    #[diesel(sql_type = BigInt)]
    entries: i64,
}

impl From<BalanceRow> for Discrepancy {
    fn from(row: BalanceRow) -> Self {
        let account = match row.kind {
            Stored(AccountKind::User) => Account::User(row.owner.into()),
            Stored(AccountKind::Escrow) => Account::Escrow(row.owner.into()),
            Stored(AccountKind::World) => Account::World,
        };
        Self::Balance { account, kept: row.kept, entries: row.entries }
    }
}

#[derive(QueryableByName)]
struct EscrowRow {
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    owed: i64,
}
