//! The payment sandbox: a provider that remembers.

use goforme_embedded::SandboxGateway;
use payment::testing::{a_payment, an_answer};
use payment::{CancelPayment, GatewayError, PaymentGateway, ProviderStatus};

use crate::fresh::{in_memory, on_disk};

fn sandbox() -> SandboxGateway {
    SandboxGateway::new(in_memory())
}

fn code(declined: Result<CancelPayment, GatewayError>) -> String {
    match declined {
        Err(GatewayError::Declined { code }) => code,
        other => panic!("not declined: {other:?}"),
    }
}

#[tokio::test]
async fn a_registered_payment_is_ready_and_is_paid_once_its_payer_says_so() {
    let (sandbox, payment) = (sandbox(), a_payment());
    for _ in 0..2 {
        sandbox.register(&payment).await.unwrap();
    }
    let ready = an_answer(&payment, ProviderStatus::Ready);
    assert_eq!(sandbox.find(payment.merchant_id()).await.unwrap(), Some(ready));
    let paid = Some(an_answer(&payment, ProviderStatus::Paid));
    for _ in 0..2 {
        assert_eq!(sandbox.claimed_paid(payment.merchant_id()).await.unwrap(), paid);
    }
    assert_eq!(sandbox.find(payment.merchant_id()).await.unwrap(), paid);
    sandbox.register(&payment).await.unwrap();
    assert_eq!(sandbox.find(payment.merchant_id()).await.unwrap(), paid);
}

#[tokio::test]
async fn a_payment_that_was_not_registered_is_unknown_and_can_not_be_paid() {
    let (sandbox, payment) = (sandbox(), a_payment());
    assert_eq!(sandbox.claimed_paid(payment.merchant_id()).await.unwrap(), None);
    assert_eq!(sandbox.find(payment.merchant_id()).await.unwrap(), None);
}

#[tokio::test]
async fn money_goes_back_once_and_only_if_it_came() {
    let (sandbox, payment) = (sandbox(), a_payment());
    let (id, key) = (payment.merchant_id(), payment.cancellation_key());
    assert_eq!(code(sandbox.cancel(id, "test", &key).await), "PAYMENT_NOT_FOUND");
    sandbox.register(&payment).await.unwrap();
    assert_eq!(code(sandbox.cancel(id, "test", &key).await), "PAYMENT_NOT_PAID");
    let _paid = sandbox.claimed_paid(id).await.unwrap();
    assert_eq!(sandbox.cancel(id, "test", &key).await.unwrap(), CancelPayment::Cancelled);
    assert_eq!(sandbox.cancel(id, "test", &key).await.unwrap(), CancelPayment::AlreadyCancelled);
    let cancelled = Some(an_answer(&payment, ProviderStatus::Cancelled));
    assert_eq!(sandbox.claimed_paid(id).await.unwrap(), cancelled);
}

#[tokio::test]
async fn payments_survive_a_restart() {
    let (folder, payment) = (tempfile::tempdir().unwrap(), a_payment());
    SandboxGateway::new(on_disk(folder.path())).register(&payment).await.unwrap();
    let restarted = SandboxGateway::new(on_disk(folder.path()));
    let paid = Some(an_answer(&payment, ProviderStatus::Paid));
    assert_eq!(restarted.claimed_paid(payment.merchant_id()).await.unwrap(), paid);
}
