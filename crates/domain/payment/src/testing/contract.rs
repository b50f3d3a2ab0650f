//! What a store of payments promises.

use std::sync::Arc;

use futures_util::future::join_all;
use kernel::{Begin, PaymentId, StoreError, UserId};
use user::HasUsers;
use user::testing::a_dreamer;

use super::{a_payment_with, an_answer, ids, now};
use crate::amount::Won;
use crate::payment::{Payment, PaymentParts, PaymentState};
use crate::port::{AddPayment, HasPayments, PaymentDirectory};
use crate::provider::ProviderStatus;
use crate::settle::Settlement;

kernel::bundle! {
    /// What the contract needs from a transaction: the payments, and users to make them.
    pub trait PaymentContractTx: HasPayments, HasUsers;
}

/// The store under test, empty, from both its sides.
#[derive(Clone)]
pub struct Stores {
    /// Where payments are written.
    pub transactions: Arc<dyn Begin<dyn PaymentContractTx>>,
    /// Where they are read.
    pub directory: Arc<dyn PaymentDirectory>,
}

impl Stores {
    async fn begin(&self) -> Box<dyn PaymentContractTx> {
        self.transactions.begin().await.unwrap()
    }

    async fn a_user(&self) -> UserId {
        let (user, profile) = a_dreamer();
        let mut tx = self.begin().await;
        tx.users().add(&user, &profile).await.unwrap().accepted().unwrap();
        tx.commit().await.unwrap();
        user.id()
    }

    async fn add(&self, payment: &Payment) -> AddPayment {
        let mut tx = self.begin().await;
        let added = tx.payments().add(payment).await.unwrap();
        tx.commit().await.unwrap();
        added
    }

    async fn committed(&self, user: UserId, change: impl FnOnce(&mut PaymentParts)) -> Payment {
        let payment = a_payment_with(|payment| {
            payment.new.user = user;
            change(payment);
        });
        assert_eq!(self.add(&payment).await, AddPayment::Added);
        payment
    }

    /// The payment as a new transaction and the directory see it, by either id.
    async fn stored(&self, payment: &Payment) -> Option<Payment> {
        let (id, merchant_id) = (payment.id(), payment.merchant_id());
        let mut tx = self.begin().await;
        let found = tx.payments().find_for_update(id).await.unwrap();
        assert_eq!(tx.payments().find_by_merchant_id_for_update(merchant_id).await.unwrap(), found);
        tx.rollback().await.unwrap();
        assert_eq!(self.directory.find(id).await.unwrap(), found);
        assert_eq!(self.directory.find_by_merchant_id(merchant_id).await.unwrap(), found);
        found
    }

    /// Takes in that the payment is paid, in a transaction of its own.
    async fn settle_paid(&self, id: PaymentId) -> Result<Settlement, StoreError> {
        let mut tx = self.transactions.begin().await?;
        let outcome = async {
            let mut payment = tx.payments().find_for_update(id).await?.unwrap();
            let answer = an_answer(&payment, ProviderStatus::Paid);
            let settlement = payment.settle(&answer, now()).unwrap();
            tx.payments().save(&payment).await?;
            Ok(settlement)
        }
        .await;
        kernel::finish(tx, outcome).await
    }
}

/// Every field comes back, at its longest and with every sort of character; an unknown id finds nothing.
pub async fn a_payment_is_found_as_it_was_added(stores: Stores) {
    let user = stores.a_user().await;
    let longest = stores
        .committed(user, |payment| {
            payment.new.merchant_id = "aZ-_0987".repeat(8).try_into().unwrap();
            payment.new.order_name = "코🥥'\"\\%_\n".repeat(25).try_into().unwrap();
            payment.new.method = "카".repeat(50).try_into().unwrap();
            payment.new.amount = Won::MAX.try_into().unwrap();
        })
        .await;
    assert_eq!(stores.stored(&longest).await.as_ref(), Some(&longest));
    assert_eq!(stores.stored(&a_payment_with(|_| {})).await, None);
}

/// Ids at the provider that differ only in letter case are different.
pub async fn the_id_at_the_provider_keeps_its_case(stores: Stores) {
    let user = stores.a_user().await;
    let lower = stores.committed(user, |payment| payment.new.merchant_id = "pay".try_into().unwrap()).await;
    let upper = stores.committed(user, |payment| payment.new.merchant_id = "PAY".try_into().unwrap()).await;
    assert_eq!(stores.stored(&lower).await.unwrap().id(), lower.id());
    assert_eq!(stores.stored(&upper).await.unwrap().id(), upper.id());
}

/// Each state is kept with all that it holds.
pub async fn a_payment_is_found_as_it_was_saved(stores: Stores) {
    let (user, at) = (stores.a_user().await, now() + chrono::TimeDelta::milliseconds(7));
    let payment = stores.committed(user, |_| {}).await;
    for state in [
        PaymentState::Paid { at },
        PaymentState::Failed { at },
        PaymentState::Cancelled { at, refund_due: true },
        PaymentState::Cancelled { at, refund_due: false },
        PaymentState::Pending,
    ] {
        let saved = Payment::restore(PaymentParts {
            state,
            updated_at: at + chrono::TimeDelta::seconds(1),
            ..payment.parts().clone()
        });
        let mut tx = stores.begin().await;
        tx.payments().save(&saved).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stores.stored(&saved).await, Some(saved));
    }
}

/// A payment that was never added can't be saved.
pub async fn an_unknown_payment_is_not_saved(stores: Stores) {
    let user = stores.a_user().await;
    let unknown = a_payment_with(|payment| payment.new.user = user);
    let mut tx = stores.begin().await;
    assert!(tx.payments().save(&unknown).await.is_err());
    tx.rollback().await.unwrap();
    assert_eq!(stores.stored(&unknown).await, None);
}

/// The client's id is taken once it's used, by whomever; the transaction goes on all the same.
pub async fn a_second_payment_of_the_same_id_is_refused_and_the_transaction_survives(stores: Stores) {
    let (payer, other) = (stores.a_user().await, stores.a_user().await);
    let first = stores.committed(payer, |_| {}).await;
    let again = |user| {
        a_payment_with(|payment| {
            payment.new.user = user;
            payment.new.merchant_id = first.merchant_id().clone();
        })
    };
    let unrelated = a_payment_with(|payment| payment.new.user = other);
    let mut tx = stores.begin().await;
    assert_eq!(tx.payments().add(&again(payer)).await.unwrap(), AddPayment::MerchantIdTaken);
    assert_eq!(tx.payments().add(&again(other)).await.unwrap(), AddPayment::MerchantIdTaken);
    assert_eq!(tx.payments().add(&unrelated).await.unwrap(), AddPayment::Added);
    tx.commit().await.unwrap();
    assert_eq!(stores.stored(&first).await.as_ref(), Some(&first));
    assert_eq!(stores.stored(&unrelated).await.as_ref(), Some(&unrelated));
}

/// Of ten payments of one id at once, one is added.
pub async fn concurrent_payments_of_one_id_are_one(stores: Stores) {
    let user = stores.a_user().await;
    let payments: Vec<_> = (0..10)
        .map(|_| {
            a_payment_with(|payment| {
                payment.new.user = user;
                payment.new.merchant_id = "the-same".try_into().unwrap();
            })
        })
        .collect();
    let added = join_all(payments.iter().map(|payment| stores.add(payment))).await;
    assert_eq!(added.iter().filter(|added| **added == AddPayment::Added).count(), 1);
}

/// A transaction that is rolled back leaves neither the payment nor its id.
pub async fn a_rolled_back_transaction_leaves_nothing(stores: Stores) {
    let user = stores.a_user().await;
    let payment = a_payment_with(|payment| payment.new.user = user);
    let mut tx = stores.begin().await;
    assert_eq!(tx.payments().add(&payment).await.unwrap(), AddPayment::Added);
    assert_eq!(tx.payments().find_for_update(payment.id()).await.unwrap().as_ref(), Some(&payment));
    tx.rollback().await.unwrap();
    assert_eq!(stores.stored(&payment).await, None);
    assert_eq!(stores.add(&payment).await, AddPayment::Added);
}

/// A transaction that is dropped leaves neither writes nor locks.
pub async fn a_dropped_transaction_leaves_nothing(stores: Stores) {
    let payment = stores.committed(stores.a_user().await, |_| {}).await;
    let mut tx = stores.begin().await;
    let mut found = tx.payments().find_for_update(payment.id()).await.unwrap().unwrap();
    let _ = found.settle(&an_answer(&payment, ProviderStatus::Failed), now()).unwrap();
    tx.payments().save(&found).await.unwrap();
    drop(tx);
    assert_eq!(stores.stored(&payment).await, Some(payment));
}

/// Of ten who take in the provider's answer at once, one credits: the others wait for it to finish.
pub async fn concurrent_settlements_credit_once(stores: Stores) {
    let payment = stores.committed(stores.a_user().await, |_| {}).await;
    let settlements = join_all((0..10).map(|_| async {
        loop {
            match stores.settle_paid(payment.id()).await {
                Err(StoreError::Contended(_)) => {}
                settlement => break settlement.unwrap(),
            }
        }
    }))
    .await;
    let credits = settlements.iter().filter(|settlement| matches!(settlement, Settlement::Credit(_))).count();
    assert_eq!(credits, 1);
}

/// PENDING ones and those with a refund due, in batches, if they are old enough.
pub async fn unsettled_payments_come_in_batches_once_they_are_old(stores: Stores) {
    let (user, limit) = (stores.a_user().await, now() - chrono::TimeDelta::minutes(10));
    let just_older = limit - chrono::TimeDelta::milliseconds(1);
    let (pending, at) = (PaymentState::Pending, just_older);
    let mut expected = Vec::new();
    for (state, created_at, is_expected) in [
        (pending, just_older, true),
        (pending, limit, false),
        (PaymentState::Paid { at }, just_older, false),
        (PaymentState::Cancelled { at, refund_due: true }, just_older, true),
        (PaymentState::Cancelled { at, refund_due: false }, just_older, false),
        (PaymentState::Cancelled { at, refund_due: true }, limit, false),
        (PaymentState::Failed { at }, just_older, false),
        (pending, just_older - chrono::TimeDelta::days(900), true),
        (pending, just_older, true),
        (pending, just_older, true),
    ] {
        let payment = stores
            .committed(user, |payment| {
                payment.state = state;
                payment.created_at = created_at;
            })
            .await;
        expected.extend(is_expected.then_some(payment));
    }
    let mut found: Vec<Payment> = Vec::new();
    loop {
        let after = found.last().map(Payment::id);
        let batch = stores.directory.unsettled_older_than(limit, after, 2).await.unwrap();
        assert!(batch.len() <= 2);
        if batch.is_empty() {
            break;
        }
        found.extend(batch);
    }
    assert_eq!(found, expected);
    assert_eq!(stores.directory.unsettled_older_than(limit, Some(ids().next()), 9).await.unwrap(), []);
}

/// Turns each case of the contract into a test of its own, against fresh [`Stores`].
#[macro_export]
macro_rules! payment_contract {
    ($fresh_stores:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_stores.await).await; })*
    };
    ($fresh_stores:expr) => {
        $crate::payment_contract!($fresh_stores;
            a_payment_is_found_as_it_was_added,
            the_id_at_the_provider_keeps_its_case,
            a_payment_is_found_as_it_was_saved,
            an_unknown_payment_is_not_saved,
            a_second_payment_of_the_same_id_is_refused_and_the_transaction_survives,
            concurrent_payments_of_one_id_are_one,
            a_rolled_back_transaction_leaves_nothing,
            a_dropped_transaction_leaves_nothing,
            concurrent_settlements_credit_once,
            unsettled_payments_come_in_batches_once_they_are_old,
        );
    };
}
