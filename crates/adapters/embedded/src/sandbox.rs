//! A payment provider for development: whoever asks for completion has paid. It remembers what it was
//! told, so that payments survive a restart as they would at a real one.

use async_trait::async_trait;
use payment::{
    CancelPayment, Currency, GatewayError, MerchantPaymentId, Payment, PaymentGateway, ProviderPayment,
    ProviderStatus,
};
use rusqlite::{Connection, Row, params};

use crate::connection::Failure;
use crate::database::{Durability, Sqlite};
use crate::row;

/// The sandbox. It refuses to give back what was never paid, by the names that PortOne uses.
#[derive(Clone)]
pub struct SandboxGateway {
    store: Sqlite,
}

impl SandboxGateway {
    /// A sandbox that keeps its payments in `store`.
    pub const fn new(store: Sqlite) -> Self {
        Self { store }
    }
}

#[async_trait]
impl PaymentGateway for SandboxGateway {
    async fn register(&self, payment: &Payment) -> Result<(), GatewayError> {
        let (id, total) = (payment.merchant_id().clone(), payment.amount().get());
        let registered = self.store.write(Durability::Full, move |connection| {
            row::change(
                connection,
                "INSERT INTO sandbox_payments (merchant_id, total, status) VALUES (?1, ?2, 'READY')
                 ON CONFLICT (merchant_id) DO NOTHING",
                params![id.as_str(), total],
            )?;
            Ok(())
        });
        registered.await.map_err(GatewayError::unreachable)
    }

    async fn claimed_paid(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        let id = id.clone();
        let paid = self.store.write(Durability::Full, move |connection| {
            change_status(connection, &id, "READY", "PAID")?;
            find(connection, &id)
        });
        paid.await.map_err(GatewayError::unreachable)
    }

    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, GatewayError> {
        let id = id.clone();
        let found = self.store.read(move |connection| find(connection, &id));
        found.await.map_err(GatewayError::unreachable)
    }

    async fn cancel(
        &self,
        id: &MerchantPaymentId,
        _reason: &str,
        _idempotency_key: &str,
    ) -> Result<CancelPayment, GatewayError> {
        let id = id.clone();
        let cancelled = self.store.write(Durability::Full, move |connection| {
            if change_status(connection, &id, "PAID", "CANCELLED")? {
                return Ok(Ok(CancelPayment::Cancelled));
            }
            Ok(match find(connection, &id)?.map(|payment| payment.status) {
                Some(ProviderStatus::Cancelled) => Ok(CancelPayment::AlreadyCancelled),
                Some(_) => Err(declined("PAYMENT_NOT_PAID")),
                None => Err(declined("PAYMENT_NOT_FOUND")),
            })
        });
        cancelled.await.map_err(GatewayError::unreachable)?
    }
}

fn declined(code: &str) -> GatewayError {
    GatewayError::Declined { code: code.to_owned() }
}

/// Answers whether the payment was at `from`.
fn change_status(
    connection: &Connection,
    id: &MerchantPaymentId,
    from: &str,
    to: &str,
) -> rusqlite::Result<bool> {
    const CHANGE: &str = "UPDATE sandbox_payments SET status = ?3 WHERE merchant_id = ?1 AND status = ?2";
    Ok(row::change(connection, CHANGE, params![id.as_str(), from, to])? == 1)
}

fn find(connection: &Connection, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, Failure> {
    const FIND: &str = "SELECT * FROM sandbox_payments WHERE merchant_id = ?1";
    row::find(connection, FIND, [id.as_str()], read_payment)
}

fn read_payment(row: &Row<'_>) -> rusqlite::Result<ProviderPayment> {
    Ok(ProviderPayment {
        merchant_id: row::parsed(row, "merchant_id", |id: String| MerchantPaymentId::try_from(id))?,
        status: row::parsed(row, "status", |name: String| name.parse())?,
        total: row.get("total")?,
        currency: Currency.as_str().to_owned(),
        is_our_store: true,
        is_accepted_channel: true,
    })
}
