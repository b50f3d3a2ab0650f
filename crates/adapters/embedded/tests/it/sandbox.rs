//! The payment sandbox: a provider that remembers.

use payment::testing::{a_payment, an_answer};
use payment::{PaymentGateway, ProviderStatus, SandboxGateway};

use crate::fresh::on_disk;

#[tokio::test]
async fn payments_survive_a_restart() {
    let (folder, payment) = (tempfile::tempdir().unwrap(), a_payment());
    SandboxGateway::new(on_disk(folder.path())).register(&payment).await.unwrap();
    let restarted = SandboxGateway::new(on_disk(folder.path()));
    let paid = Some(an_answer(&payment, ProviderStatus::Paid));
    assert_eq!(restarted.claimed_paid(payment.merchant_id()).await.unwrap(), paid);
}
