//! `POST /payments`: somebody wants to buy coconuts.

use std::sync::Arc;

use kernel::{Text, UserId};
use payment::{
    AddPayment, HasPayments, MerchantPaymentId, NewPayment, Payment, PaymentGateway, PaymentRefusal, Won,
};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What registering a payment needs.
    pub trait RegisterPaymentTx: HasPayments;
}

/// What the client is about to pay.
#[derive(Debug, Clone)]
pub struct PaymentDraft {
    /// The client's own id, which it also gives the provider.
    pub merchant_id: MerchantPaymentId,
    pub order_name: Text<200>,
    pub method: Text<50>,
    pub amount: Won,
}

/// Registers a payment, here and then at the provider, which pins its amount.
pub struct RegisterPayment {
    pub store: Store<dyn RegisterPaymentTx>,
    pub environment: Environment,
    pub gateway: Arc<dyn PaymentGateway>,
}

impl RegisterPayment {
    /// Answers the PENDING payment. Refuses a `merchant_id` that was used before.
    pub async fn run(&self, user: UserId, draft: PaymentDraft) -> Result<Payment, Error> {
        let PaymentDraft { merchant_id, order_name, method, amount } = draft;
        let id = self.environment.next_id();
        let new = NewPayment { id, merchant_id, user, order_name, method, amount };
        let payment = Payment::request(new, self.environment.now());
        atomically!(self.store, |tx| {
            match tx.payments().add(&payment).await? {
                AddPayment::Added => Ok(()),
                AddPayment::MerchantIdTaken => Err(PaymentRefusal::IdTaken.into()),
            }
        })?;
        // Pinning the amount is a courtesy: what was paid is compared at settlement anyway, so a
        // provider that is down here doesn't keep the client from paying.
        if let Err(error) = self.gateway.register(&payment).await {
            tracing::warn!(payment.id = %id, %error, "a payment could not be registered at the provider");
        }
        Ok(payment)
    }
}
