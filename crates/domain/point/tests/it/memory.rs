//! A ledger in memory, one transaction at a time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use goforme_point::testing::{LedgerContractTx, Stores};
use goforme_point::{Account, Discrepancy, HasLedger, Ledger, LedgerAudit, Posting, Transfer};
use kernel::{Begin, StoreError, Transaction, UserId};
use tokio::sync::{Mutex, OwnedMutexGuard};
use user::{AddUser, HasUsers, MockUserRepository, UserRepository};

pub fn stores() -> Stores {
    let memory = Arc::new(Memory::default());
    Stores { transactions: memory.clone(), audit: memory }
}

#[derive(Debug, Clone, Default)]
struct Books {
    balances: HashMap<Account, i64>,
    keys: HashSet<String>,
}

#[derive(Default)]
struct Memory(Arc<Mutex<Books>>);

struct MemoryTx {
    committed: OwnedMutexGuard<Books>,
    books: Books,
    users: MockUserRepository,
}

#[async_trait]
impl Begin<dyn LedgerContractTx> for Memory {
    async fn begin(&self) -> Result<Box<dyn LedgerContractTx>, StoreError> {
        let committed = self.0.clone().lock_owned().await;
        let books = committed.clone();
        let mut users = MockUserRepository::new();
        users.expect_add().returning(|_, _| Ok(AddUser::Added));
        Ok(Box::new(MemoryTx { committed, books, users }))
    }
}

#[async_trait]
impl Transaction for MemoryTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        *self.committed = self.books;
        Ok(())
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

impl HasUsers for MemoryTx {
    fn users(&mut self) -> &mut dyn UserRepository {
        &mut self.users
    }
}

impl HasLedger for MemoryTx {
    fn ledger(&mut self) -> &mut dyn Ledger {
        self
    }
}

#[async_trait]
impl Ledger for MemoryTx {
    async fn post(&mut self, transfer: &Transfer) -> Result<Posting, StoreError> {
        if self.books.keys.contains(transfer.key()) {
            return Ok(Posting::AlreadyPosted);
        }
        let mut balances = self.books.balances.clone();
        for entry in transfer.entries() {
            let balance = balances.entry(entry.account).or_default();
            *balance += entry.value;
            if entry.account.is_bounded() && *balance < 0 {
                return Ok(Posting::Insufficient);
            }
        }
        self.books.balances = balances;
        self.books.keys.insert(transfer.key().to_owned());
        Ok(Posting::Posted)
    }

    async fn balance(&mut self, user: UserId) -> Result<i64, StoreError> {
        Ok(self.books.balances.get(&Account::User(user)).copied().unwrap_or_default())
    }
}

#[async_trait]
impl LedgerAudit for Memory {
    async fn audit(&self) -> Result<Vec<Discrepancy>, StoreError> {
        let books = self.0.lock().await;
        let held = |(account, balance): (&Account, &i64)| match account {
            Account::Escrow(_) => Some(*balance),
            Account::User(_) | Account::World => None,
        };
        // There are no plans here, so nothing is owed; and what else may be off needs rows to tamper with.
        let held = books.balances.iter().filter_map(held).sum();
        Ok(if held == 0 { vec![] } else { vec![Discrepancy::Escrow { held, owed: 0 }] })
    }
}
