//! What every book of the sandbox must do, seen through the sandbox.

use crate::gateway::{CancelPayment, GatewayError, PaymentGateway};
use crate::provider::ProviderStatus;
use crate::sandbox::{SandboxBook, SandboxGateway};
use crate::testing::{a_payment, an_answer};

fn code(declined: Result<CancelPayment, GatewayError>) -> String {
    match declined {
        Err(GatewayError::Declined { code }) => code,
        other => panic!("not declined: {other:?}"),
    }
}

pub async fn a_registered_payment_is_ready_and_is_paid_once_its_payer_says_so(book: impl SandboxBook) {
    let (sandbox, payment) = (SandboxGateway::new(book), a_payment());
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

pub async fn a_payment_that_was_not_registered_is_unknown_and_can_not_be_paid(book: impl SandboxBook) {
    let (sandbox, payment) = (SandboxGateway::new(book), a_payment());
    assert_eq!(sandbox.claimed_paid(payment.merchant_id()).await.unwrap(), None);
    assert_eq!(sandbox.find(payment.merchant_id()).await.unwrap(), None);
}

pub async fn money_goes_back_once_and_only_if_it_came(book: impl SandboxBook) {
    let (sandbox, payment) = (SandboxGateway::new(book), a_payment());
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

/// Turns each case of the contract into a test of its own, against a fresh [`SandboxBook`].
#[macro_export]
macro_rules! sandbox_contract {
    ($fresh_book:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_book.await).await; })*
    };
    ($fresh_book:expr) => {
        $crate::sandbox_contract!($fresh_book;
            a_registered_payment_is_ready_and_is_paid_once_its_payer_says_so,
            a_payment_that_was_not_registered_is_unknown_and_can_not_be_paid,
            money_goes_back_once_and_only_if_it_came,
        );
    };
}
