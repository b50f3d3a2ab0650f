//! Payments in memory, one transaction at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use goforme_payment::testing::{PaymentContractTx, Stores};
use goforme_payment::{
    AddPayment, HasPayments, MerchantPaymentId, Payment, PaymentDirectory, PaymentRepository,
};
use kernel::{Begin, PaymentId, StoreError, Timestamp, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};
use user::{AddUser, HasUsers, MockUserRepository, UserRepository};

pub fn stores() -> Stores {
    let memory = Arc::new(Memory::default());
    Stores { transactions: memory.clone(), directory: memory }
}

type Payments = BTreeMap<PaymentId, Payment>;

#[derive(Default)]
struct Memory(Arc<Mutex<Payments>>);

struct MemoryTx {
    committed: OwnedMutexGuard<Payments>,
    payments: Payments,
    users: MockUserRepository,
}

fn by_merchant_id(payments: &Payments, id: &MerchantPaymentId) -> Option<Payment> {
    payments.values().find(|payment| payment.merchant_id() == id).cloned()
}

#[async_trait]
impl Begin<dyn PaymentContractTx> for Memory {
    async fn begin(&self) -> Result<Box<dyn PaymentContractTx>, StoreError> {
        let committed = self.0.clone().lock_owned().await;
        let payments = committed.clone();
        let mut users = MockUserRepository::new();
        users.expect_add().returning(|_, _| Ok(AddUser::Added));
        Ok(Box::new(MemoryTx { committed, payments, users }))
    }
}

#[async_trait]
impl Transaction for MemoryTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        *self.committed = self.payments;
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

impl HasPayments for MemoryTx {
    fn payments(&mut self) -> &mut dyn PaymentRepository {
        self
    }
}

#[async_trait]
impl PaymentRepository for MemoryTx {
    async fn add(&mut self, payment: &Payment) -> Result<AddPayment, StoreError> {
        if by_merchant_id(&self.payments, payment.merchant_id()).is_some() {
            return Ok(AddPayment::MerchantIdTaken);
        }
        self.payments.insert(payment.id(), payment.clone());
        Ok(AddPayment::Added)
    }

    async fn find_for_update(&mut self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        Ok(self.payments.get(&id).cloned())
    }

    async fn find_by_merchant_id_for_update(
        &mut self,
        id: &MerchantPaymentId,
    ) -> Result<Option<Payment>, StoreError> {
        Ok(by_merchant_id(&self.payments, id))
    }

    async fn save(&mut self, payment: &Payment) -> Result<(), StoreError> {
        let stored = self.payments.get_mut(&payment.id());
        *stored.ok_or_else(|| StoreError::corrupt("no payment to save"))? = payment.clone();
        Ok(())
    }
}

#[async_trait]
impl PaymentDirectory for Memory {
    async fn find(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        Ok(self.0.lock().await.get(&id).cloned())
    }

    async fn find_by_merchant_id(&self, id: &MerchantPaymentId) -> Result<Option<Payment>, StoreError> {
        Ok(by_merchant_id(&*self.0.lock().await, id))
    }

    async fn unsettled_older_than(
        &self,
        before: Timestamp,
        after: Option<PaymentId>,
        limit: i64,
    ) -> Result<Vec<Payment>, StoreError> {
        let payments = self.0.lock().await;
        let wanted = payments.values().filter(|payment| {
            payment.is_unsettled() && payment.created_at() < before && Some(payment.id()) > after
        });
        Ok(wanted.take(usize::try_from(limit).unwrap_or_default()).cloned().collect())
    }
}
