//! Payments are settled by what the provider says, however it misbehaves.

use std::sync::Arc;
use std::sync::Mutex;

use application::Environment;
use application::payments::{PaymentDraft, RegisterPayment, SettlePayment};
use application::queries::UserQueries;
use async_trait::async_trait;
use embedded::Sqlite;
use kernel::testing::{CountingIds, FakeClock};
use kernel::{Begin, UserId};
use payment::{
    CancelPayment, GatewayError, MerchantPaymentId, Payment, PaymentGateway, PaymentStatus, ProviderPayment,
    ProviderStatus, StandardWebhook,
};
use point::LedgerAudit;
use user::testing::a_dreamer;

/// A provider that says what it's told to say.
#[derive(Default)]
struct ScriptedProvider {
    says: Mutex<Option<(ProviderStatus, i64)>>,
    cancelled: Mutex<u32>,
    is_down: Mutex<bool>,
}

impl ScriptedProvider {
    fn says(&self, status: ProviderStatus, total: i64) {
        *self.says.lock().unwrap() = Some((status, total));
    }

    fn answer(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        if *self.is_down.lock().unwrap() {
            return Err(GatewayError::unreachable("a test"));
        }
        let says = self.says.lock().unwrap().clone();
        Ok(says.map(|(status, total)| ProviderPayment {
            merchant_id: id.clone(),
            status,
            total,
            currency: "KRW".to_owned(),
            is_our_store: true,
            is_accepted_channel: true,
        }))
    }
}

#[async_trait]
impl PaymentGateway for ScriptedProvider {
    async fn register(&self, _: &Payment) -> Result<(), GatewayError> {
        Ok(())
    }

    async fn claimed_paid(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        self.answer(id)
    }

    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        self.answer(id)
    }

    async fn cancel(&self, _: &MerchantPaymentId, _: &str, _: &str) -> Result<CancelPayment, GatewayError> {
        if *self.is_down.lock().unwrap() {
            return Err(GatewayError::unreachable("a test"));
        }
        *self.cancelled.lock().unwrap() += 1;
        Ok(CancelPayment::Cancelled)
    }
}

struct World {
    store: Sqlite,
    clock: Arc<FakeClock>,
    provider: Arc<ScriptedProvider>,
    register: RegisterPayment,
    settle: Arc<SettlePayment>,
    payer: UserId,
}

impl World {
    async fn new() -> Self {
        let store = Sqlite::in_memory().unwrap();
        let clock = Arc::new(FakeClock::default());
        let environment = Environment::new(clock.clone(), Arc::new(CountingIds::default()));
        let provider = Arc::new(ScriptedProvider::default());
        let shared = Arc::new(store.clone());
        let register = RegisterPayment {
            store: shared.clone(),
            environment: environment.clone(),
            gateway: provider.clone(),
        };
        let settle = Arc::new(SettlePayment {
            store: shared.clone(),
            environment,
            directory: shared.clone(),
            gateway: provider.clone(),
            webhooks: Arc::new(StandardWebhook::new([]).unwrap()),
        });
        let (user, profile) = a_dreamer();
        let mut tx = Begin::<dyn application::accounts::SignUpTx>::begin(&store).await.unwrap();
        tx.users().add(&user, &profile).await.unwrap().accepted().unwrap();
        tx.commit().await.unwrap();
        Self { store, clock, provider, register, settle, payer: user.id() }
    }

    async fn registered(&self) -> Payment {
        let draft = PaymentDraft {
            merchant_id: "order-1".try_into().unwrap(),
            order_name: "coconuts".try_into().unwrap(),
            method: "CARD".try_into().unwrap(),
            amount: 10_000.try_into().unwrap(),
        };
        self.register.run(self.payer, draft).await.unwrap()
    }

    async fn balance(&self) -> i64 {
        assert!(self.store.audit().await.unwrap().is_empty());
        UserQueries::me(&self.store, self.payer).await.unwrap().unwrap().coconut
    }
}

#[tokio::test]
async fn whoever_comes_first_and_however_often_a_payment_is_credited_once() {
    let world = World::new().await;
    let payment = world.registered().await;
    world.provider.says(ProviderStatus::Paid, 10_000);
    let claims = (0..20).map(|_| {
        let (settle, id, payer) = (world.settle.clone(), payment.id(), world.payer);
        tokio::spawn(async move { settle.complete(id, payer).await.unwrap().status() })
    });
    for claim in claims.collect::<Vec<_>>() {
        assert_eq!(claim.await.unwrap(), PaymentStatus::Paid);
    }
    world.clock.advance(chrono::TimeDelta::minutes(11));
    world.settle.reconcile().await.unwrap();
    assert_eq!(world.balance().await, 100);
}

#[tokio::test]
async fn a_paid_payment_stays_paid_while_the_provider_is_down() {
    let world = World::new().await;
    let payment = world.registered().await;
    world.provider.says(ProviderStatus::Paid, 10_000);
    world.settle.complete(payment.id(), world.payer).await.unwrap();
    *world.provider.is_down.lock().unwrap() = true;
    let again = world.settle.complete(payment.id(), world.payer).await.unwrap();
    assert_eq!(again.status(), PaymentStatus::Paid);
    assert_eq!(world.balance().await, 100);
}

#[tokio::test]
async fn a_payment_that_nobody_begins_is_given_up_and_can_still_be_paid() {
    let world = World::new().await;
    let payment = world.registered().await;
    world.provider.says(ProviderStatus::Ready, 10_000);
    world.clock.advance(Payment::FORGOTTEN_AFTER);
    for asked in [1, 0] {
        assert_eq!(world.settle.reconcile().await.unwrap(), asked);
    }
    world.provider.says(ProviderStatus::Paid, 10_000);
    world.settle.complete(payment.id(), world.payer).await.unwrap();
    assert_eq!(world.balance().await, 100);
}

#[tokio::test]
async fn a_payment_that_nobody_completes_is_credited_by_the_reconciliation() {
    let world = World::new().await;
    world.registered().await;
    world.provider.says(ProviderStatus::Paid, 10_000);
    assert_eq!(world.settle.reconcile().await.unwrap(), 0, "too young to be asked about");
    world.clock.advance(chrono::TimeDelta::minutes(11));
    assert_eq!(world.settle.reconcile().await.unwrap(), 1);
    assert_eq!(world.balance().await, 100);
}

#[tokio::test]
async fn a_wrong_amount_is_given_back_and_never_credited_even_if_giving_back_fails_at_first() {
    let world = World::new().await;
    let payment = world.registered().await;
    world.provider.says(ProviderStatus::Paid, 100);
    let refusal = world.settle.complete(payment.id(), world.payer).await.unwrap_err();
    assert_eq!(refusal.code().name, "PAYMENT_AMOUNT_MISMATCH");
    assert_eq!(*world.provider.cancelled.lock().unwrap(), 1);
    assert_eq!(world.balance().await, 0);

    let world = World::new().await;
    let payment = world.registered().await;
    world.provider.says(ProviderStatus::Paid, 100);
    *world.provider.is_down.lock().unwrap() = true;
    let refusal = world.settle.complete(payment.id(), world.payer).await.unwrap_err();
    assert_eq!(refusal.code().name, "PAYMENT_PROVIDER_UNAVAILABLE");
    *world.provider.is_down.lock().unwrap() = false;
    world.clock.advance(chrono::TimeDelta::minutes(11));
    world.settle.reconcile().await.unwrap();
    assert_eq!(*world.provider.cancelled.lock().unwrap(), 1);
    assert_eq!(world.balance().await, 0);
}

#[tokio::test]
async fn money_that_the_provider_takes_back_takes_its_coconuts_along_once() {
    let world = World::new().await;
    let payment = world.registered().await;
    world.provider.says(ProviderStatus::Paid, 10_000);
    world.settle.complete(payment.id(), world.payer).await.unwrap();
    world.provider.says(ProviderStatus::Cancelled, 10_000);
    for _ in 0..2 {
        let refusal = world.settle.complete(payment.id(), world.payer).await.unwrap_err();
        assert_eq!(refusal.code().name, "PAYMENT_NOT_PAID");
    }
    assert_eq!(world.balance().await, 0);
}

#[tokio::test]
async fn somebody_elses_payment_is_not_there() {
    let world = World::new().await;
    let payment = world.registered().await;
    let stranger = uuid::Uuid::max().into();
    let refusal = world.settle.complete(payment.id(), stranger).await.unwrap_err();
    assert_eq!(refusal.code().name, "PAYMENT_NOT_FOUND");
}
