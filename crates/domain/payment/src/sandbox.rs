//! A payment provider for development: whoever asks for completion has paid. It remembers what it was
//! told, so that payments survive a restart as they would at a real one.

use async_trait::async_trait;
use kernel::StoreError;

use crate::gateway::{CancelPayment, GatewayError, PaymentGateway};
use crate::merchant_id::MerchantPaymentId;
use crate::payment::Payment;
use crate::provider::{ProviderPayment, ProviderStatus};

/// What the sandbox would know if it were a provider.
#[async_trait]
pub trait SandboxBook: Send + Sync {
    /// Adds a payment that is READY; nothing happens if it is there.
    async fn add(&self, id: &MerchantPaymentId, total: i64) -> Result<(), StoreError>;

    /// Moves a payment from one status to another; answers whether it was at `from`. Of several at once
    /// one moves it.
    async fn advance(
        &self,
        id: &MerchantPaymentId,
        from: &ProviderStatus,
        to: &ProviderStatus,
    ) -> Result<bool, StoreError>;

    /// The payment with its status and total.
    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, StoreError>;
}

/// The sandbox. It refuses to give back what was never paid, by the names that PortOne uses.
#[derive(Clone)]
pub struct SandboxGateway<B>(B);

impl<B: SandboxBook> SandboxGateway<B> {
    /// A sandbox that keeps its payments in `book`.
    pub const fn new(book: B) -> Self {
        Self(book)
    }

    async fn look_up(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        self.0.find(id).await.map_err(GatewayError::unreachable)
    }
}

#[async_trait]
impl<B: SandboxBook> PaymentGateway for SandboxGateway<B> {
    async fn register(&self, payment: &Payment) -> Result<(), GatewayError> {
        let added = self.0.add(payment.merchant_id(), payment.amount().get());
        added.await.map_err(GatewayError::unreachable)
    }

    async fn claimed_paid(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        let paid = self.0.advance(id, &ProviderStatus::Ready, &ProviderStatus::Paid);
        paid.await.map_err(GatewayError::unreachable)?;
        self.look_up(id).await
    }

    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        self.look_up(id).await
    }

    async fn cancel(
        &self,
        id: &MerchantPaymentId,
        _reason: &str,
        _idempotency_key: &str,
    ) -> Result<CancelPayment, GatewayError> {
        let given_back = self.0.advance(id, &ProviderStatus::Paid, &ProviderStatus::Cancelled);
        if given_back.await.map_err(GatewayError::unreachable)? {
            return Ok(CancelPayment::Cancelled);
        }
        match self.look_up(id).await?.map(|payment| payment.status) {
            Some(ProviderStatus::Cancelled) => Ok(CancelPayment::AlreadyCancelled),
            Some(_) => Err(declined("PAYMENT_NOT_PAID")),
            None => Err(declined("PAYMENT_NOT_FOUND")),
        }
    }
}

fn declined(code: &str) -> GatewayError {
    GatewayError::Declined { code: code.to_owned() }
}
