//! The ledger: `point_accounts`, `point_transactions`, `point_entries`.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types;
use kernel::{StoreError, UserId};
use point::{Account, Entry, HasLedger, Ledger, Posting, Transfer};
use uuid::Uuid;

use crate::database::PgTx;
use crate::row::{AccountKind, Stored};
use crate::schema::{point_accounts, point_entries, point_transactions, sql_types as stored};
use crate::sql::sql;

mod audit;

/// An empty account for a user who is stored, unless they have one.
const OPEN: &str = "INSERT INTO point_accounts (kind, owner, balance)
    SELECT 'USER', id, 0 FROM users WHERE id = $1 ON CONFLICT (kind, owner) DO NOTHING";

const DEBIT: &str = "UPDATE point_accounts SET balance = balance + $3
    WHERE kind = $1 AND owner = $2 AND balance + $3 >= 0";
/// Makes the account on first use.
const CREDIT: &str = "INSERT INTO point_accounts (kind, owner, balance) VALUES ($1, $2, $3)
    ON CONFLICT (kind, owner) DO UPDATE SET balance = point_accounts.balance + excluded.balance";

impl HasLedger for PgTx {
    fn ledger(&mut self) -> &mut dyn Ledger {
        self
    }
}

#[async_trait]
impl Ledger for PgTx {
    async fn post(&mut self, transfer: &Transfer) -> Result<Posting, StoreError> {
        self.conn.savepoint().await?;
        let posting = self.write(transfer).await?;
        if posting == Posting::Posted {
            self.conn.release_savepoint().await?;
        } else {
            // Leaves neither the key nor the half of a transfer.
            self.conn.roll_back_to_savepoint().await?;
        }
        Ok(posting)
    }

    async fn balance(&mut self, user: UserId) -> Result<i64, StoreError> {
        if let Some(balance) = self.held_balance(user).await? {
            return Ok(balance);
        }
        // There has to be a row, or nothing keeps others from making one.
        self.conn.change(sql(OPEN).bind::<sql_types::Uuid, _>(user.to_uuid())).await?;
        Ok(self.held_balance(user).await?.unwrap_or(0))
    }
}

impl PgTx {
    /// Writes as much as it can of the transfer, up to what keeps it from being posted.
    async fn write(&mut self, transfer: &Transfer) -> Result<Posting, StoreError> {
        let Some(id) = self.claim_key(transfer).await? else { return Ok(Posting::AlreadyPosted) };
        // In the order of the entries, which is that of locking for everybody.
        for entry in transfer.entries() {
            if !self.move_balance(entry).await? {
                return Ok(Posting::Insufficient);
            }
        }
        // An array and not a list: the statement for so many rows is kept.
        let entries = transfer.entries().map(|entry| {
            let (kind, owner) = stored_account(entry.account);
            (
                point_entries::id.eq(entry.id.to_uuid()),
                point_entries::transaction_id.eq(id),
                point_entries::account_kind.eq(kind),
                point_entries::account_owner.eq(owner),
                point_entries::value.eq(entry.value),
                point_entries::created_at.eq(transfer.at()),
            )
        });
        self.conn.change(diesel::insert_into(point_entries::table).values(entries)).await?;
        Ok(Posting::Posted)
    }

    /// The transfer's row, unless its key was used; waits for whoever is using it.
    async fn claim_key(&mut self, transfer: &Transfer) -> Result<Option<i64>, StoreError> {
        let claim = diesel::insert_into(point_transactions::table)
            .values((
                point_transactions::key.eq(transfer.key()),
                point_transactions::event.eq(Stored(transfer.event())),
                point_transactions::created_at.eq(transfer.at()),
            ))
            .on_conflict(point_transactions::key)
            .do_nothing()
            .returning(point_transactions::id);
        self.conn.find(claim).await
    }

    /// Changes the account's balance; answers whether it has enough for that.
    async fn move_balance(&mut self, entry: &Entry) -> Result<bool, StoreError> {
        // The world keeps no balance, so that nobody has to wait for anybody else's payment.
        let (kind, Some(owner)) = stored_account(entry.account) else { return Ok(true) };
        // A debit is no insertion with a conflict: the row to be inserted would have to keep the rule that
        // balances are not negative, too.
        let change = if entry.value < 0 { DEBIT } else { CREDIT };
        let change = sql(change)
            .bind::<stored::AccountKind, _>(kind)
            .bind::<sql_types::Uuid, _>(owner)
            .bind::<sql_types::BigInt, _>(entry.value);
        Ok(self.conn.change(change).await? == 1)
    }

    /// The balance of an account that there is, held until the transaction ends.
    async fn held_balance(&mut self, user: UserId) -> Result<Option<i64>, StoreError> {
        let account = (Stored(AccountKind::User), user.to_uuid());
        let balance = point_accounts::table.find(account).select(point_accounts::balance).for_no_key_update();
        self.conn.find(balance).await
    }
}

/// How an account is called in the tables; the world has no owner.
fn stored_account(account: Account) -> (Stored<AccountKind>, Option<Uuid>) {
    match account {
        Account::User(user) => (Stored(AccountKind::User), Some(user.to_uuid())),
        Account::Escrow(quote) => (Stored(AccountKind::Escrow), Some(quote.to_uuid())),
        Account::World => (Stored(AccountKind::World), None),
    }
}
