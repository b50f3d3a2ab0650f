//! `POST /payments/complete`, the provider's webhook and the reconciliation: three ways to the same
//! place. The provider is asked, and its answer alone decides; whatever order they come in and however
//! often, a payment is credited at most once.

use std::sync::Arc;

use chrono::TimeDelta;
use kernel::{Coconuts, PaymentId, Timestamp, UserId};
use payment::{
    CancelPayment, HasPayments, Payment, PaymentDirectory, PaymentGateway, PaymentRefusal, PaymentStatus,
    ProviderPayment, Settlement, WebhookHeaders, WebhookNotice, WebhookVerifier,
};
use point::{HasLedger, Posting, Transfer};

use crate::Error;
use crate::environment::Environment;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What settling a payment needs.
    pub trait SettlePaymentTx: HasPayments, HasLedger;
}

/// Settles payments by what the provider says.
pub struct SettlePayment {
    pub store: Store<dyn SettlePaymentTx>,
    pub environment: Environment,
    pub directory: Arc<dyn PaymentDirectory>,
    pub gateway: Arc<dyn PaymentGateway>,
    pub webhooks: Arc<dyn WebhookVerifier>,
}

impl SettlePayment {
    /// How old a payment is before the scheduler asks the provider about it.
    const RECONCILED_AFTER: TimeDelta = TimeDelta::minutes(10);
    const BATCH: i64 = 100;

    /// The payer says that it's paid. Answers the payment if the provider agrees, or can't be asked and has agreed
    /// before.
    pub async fn complete(&self, id: PaymentId, payer: UserId) -> Result<Payment, Error> {
        let payment = self.find(id, payer).await?;
        let answer = match self.gateway.claimed_paid(payment.merchant_id()).await {
            Ok(answer) => answer,
            Err(_) if payment.status() == PaymentStatus::Paid => return Ok(payment),
            Err(error) => return Err(error.into()),
        };
        let (payment, settlement) = self.settle(&payment, answer.as_ref()).await?;
        settlement.completed()?;
        Ok(payment)
    }

    /// A payment, for its payer.
    pub async fn find(&self, id: PaymentId, payer: UserId) -> Result<Payment, Error> {
        let payment = self.directory.find(id).await?.ok_or(PaymentRefusal::NotFound)?;
        payment.check_payer(payer)?;
        Ok(payment)
    }

    /// The provider called. What it says is a hint: the payment is looked up at the provider. Payments
    /// we don't know are not ours to judge, and answered as if all were well.
    pub async fn webhook(&self, headers: &WebhookHeaders, body: &[u8]) -> Result<(), Error> {
        let notice = self.webhooks.verify(headers, body, self.environment.now())?;
        let WebhookNotice::Transaction { merchant_id, kind } = notice else { return Ok(()) };
        let Some(payment) = self.directory.find_by_merchant_id(&merchant_id).await? else {
            tracing::info!(webhook.kind = kind, "a webhook was about a payment that is not known here");
            return Ok(());
        };
        self.look_up_and_settle(&payment).await
    }

    /// Asks the provider about payments that have been open for 10 minutes, and gives money back that is
    /// due; answers how many it asked about. One that fails is left for the next time.
    pub async fn reconcile(&self) -> Result<u32, Error> {
        let before = self.environment.now() - Self::RECONCILED_AFTER;
        let (mut after, mut asked) = (None, 0);
        loop {
            let open = self.directory.unsettled_older_than(before, after, Self::BATCH).await?;
            let Some(last) = open.last() else { return Ok(asked) };
            after = Some(last.id());
            for payment in &open {
                asked += 1;
                if let Err(error) = self.look_up_and_settle(payment).await {
                    tracing::warn!(payment.id = %payment.id(), %error, "a payment could not be reconciled");
                }
            }
        }
    }

    async fn look_up_and_settle(&self, payment: &Payment) -> Result<(), Error> {
        let answer = self.gateway.find(payment.merchant_id()).await?;
        self.settle(payment, answer.as_ref()).await.map(drop)
    }

    /// Records what the provider's answer means, in one step with the coconuts it moves; then gives money
    /// back if that is due.
    async fn settle(
        &self,
        payment: &Payment,
        answer: Option<&ProviderPayment>,
    ) -> Result<(Payment, Settlement), Error> {
        let (payment, settlement) = atomically!(self.store, |tx| {
            let at = self.environment.now();
            let before =
                tx.payments().find_for_update(payment.id()).await?.ok_or(PaymentRefusal::NotFound)?;
            let mut payment = before.clone();
            let settlement = match answer {
                Some(answer) => payment.settle(answer, at)?,
                None => payment.settle_unknown(at),
            };
            match &settlement {
                Settlement::Credit(coconuts) => self.credit(tx, &payment, *coconuts, at).await?,
                Settlement::Reverse(coconuts) => self.take_back(tx, &payment, *coconuts, at).await?,
                Settlement::PartlyRefunded => {
                    tracing::error!(payment.id = %payment.id(), "a part of a credited payment was given back");
                }
                _ => {}
            }
            if payment != before {
                tx.payments().save(&payment).await?;
            }
            Ok((payment, settlement))
        })?;
        if let Settlement::CancelAtProvider(why) = &settlement {
            self.give_back(&payment, &why.to_string()).await?;
        }
        Ok((payment, settlement))
    }

    async fn credit(
        &self,
        tx: &mut dyn SettlePaymentTx,
        payment: &Payment,
        coconuts: Coconuts,
        at: Timestamp,
    ) -> Result<(), Error> {
        let ids = self.environment.ids();
        let transfer = Transfer::charge(ids, payment.id(), payment.user(), coconuts, at);
        match tx.ledger().post(&transfer).await? {
            Posting::Posted => tracing::info!(payment.id = %payment.id(), "a payment was credited"),
            Posting::AlreadyPosted | Posting::Insufficient => {}
        }
        Ok(())
    }

    /// The provider gave the money back after the coconuts were credited: they go too, as far as they are
    /// still there. What was spent already stays with those who earned it, and a person has to see to it.
    async fn take_back(
        &self,
        tx: &mut dyn SettlePaymentTx,
        payment: &Payment,
        bought: Coconuts,
        at: Timestamp,
    ) -> Result<(), Error> {
        let balance = tx.ledger().balance(payment.user()).await?;
        let left = balance.min(bought.get());
        if left < bought.get() {
            let missing = bought.get() - left;
            tracing::error!(payment.id = %payment.id(), coconuts.missing = missing, "a payment was taken back after its coconuts were spent");
        }
        let Ok(left) = Coconuts::try_from(left) else { return Ok(()) };
        let transfer =
            Transfer::reverse_charge(self.environment.ids(), payment.id(), payment.user(), left, at);
        match tx.ledger().post(&transfer).await? {
            Posting::Posted | Posting::AlreadyPosted => Ok(()),
            Posting::Insufficient => Err(kernel::StoreError::Contended("the balance changed".into()).into()),
        }
    }

    /// Cancels at the provider what must not be credited. If that fails the payment stays marked, and the
    /// reconciliation tries again.
    async fn give_back(&self, payment: &Payment, why: &str) -> Result<(), Error> {
        let key = payment.cancellation_key();
        match self.gateway.cancel(payment.merchant_id(), why, &key).await {
            Ok(CancelPayment::Cancelled | CancelPayment::AlreadyCancelled) => {}
            Ok(CancelPayment::Requested) => return Ok(()),
            Err(error) => {
                tracing::error!(payment.id = %payment.id(), %error, "a payment could not be given back yet");
                return Ok(());
            }
        }
        atomically!(self.store, |tx| {
            let mut payment =
                tx.payments().find_for_update(payment.id()).await?.ok_or(PaymentRefusal::NotFound)?;
            payment.refunded(self.environment.now());
            Ok(tx.payments().save(&payment).await?)
        })
    }
}
