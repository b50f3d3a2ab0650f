//! Where payments are kept.

use async_trait::async_trait;
use kernel::{PaymentId, StoreError, Timestamp};

use crate::merchant_id::MerchantPaymentId;
use crate::payment::Payment;

/// The payments, seen from inside one transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentRepository: Send {
    /// Adds a payment, unless its client's id is taken, by whomever. The transaction MUST stay usable
    /// either way, and of two transactions that add the same id at once only one may succeed. The payer
    /// is a stored user.
    async fn add(&mut self, payment: &Payment) -> Result<AddPayment, StoreError>;

    /// Loads the payment and locks it until the transaction ends.
    async fn find_for_update(&mut self, id: PaymentId) -> Result<Option<Payment>, StoreError>;

    /// The same by the id at the provider.
    async fn find_by_merchant_id_for_update(
        &mut self,
        id: &MerchantPaymentId,
    ) -> Result<Option<Payment>, StoreError>;

    /// Overwrites the stored payment of the same id. MUST fail if there is none.
    async fn save(&mut self, payment: &Payment) -> Result<(), StoreError>;
}

/// What became of a new payment.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddPayment {
    /// It is stored.
    Added,
    /// The client's id belongs to another payment; nothing has changed.
    MerchantIdTaken,
}

/// A transaction in which payments can be read and written.
pub trait HasPayments: Send {
    /// The payments of this transaction.
    fn payments(&mut self) -> &mut dyn PaymentRepository;
}

/// Reads of payments outside of transactions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentDirectory: Send + Sync {
    /// The payment of that id.
    async fn find(&self, id: PaymentId) -> Result<Option<Payment>, StoreError>;

    /// The payment of that id at the provider.
    async fn find_by_merchant_id(&self, id: &MerchantPaymentId) -> Result<Option<Payment>, StoreError>;

    /// Unsettled payments ([`Payment::is_unsettled`]: PENDING, or a refund is due) that were asked for
    /// before `before`; in the order of their ids, from the one after `after`, `limit` at most.
    async fn unsettled_older_than(
        &self,
        before: Timestamp,
        after: Option<PaymentId>,
        limit: i64,
    ) -> Result<Vec<Payment>, StoreError>;
}
