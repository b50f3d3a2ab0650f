//! What the payment sandbox remembers: `sandbox_payments`.

use async_trait::async_trait;
use kernel::StoreError;
use payment::{Currency, MerchantPaymentId, ProviderPayment, ProviderStatus, SandboxBook};
use rusqlite::{Row, params};

use crate::database::{Durability, Sqlite};
use crate::row;

#[async_trait]
impl SandboxBook for Sqlite {
    async fn add(&self, id: &MerchantPaymentId, total: i64) -> Result<(), StoreError> {
        const ADD: &str = "INSERT INTO sandbox_payments (merchant_id, total, status)
            VALUES (?1, ?2, ?3) ON CONFLICT (merchant_id) DO NOTHING";
        let id = id.clone();
        let added = self.write(Durability::Full, move |connection| {
            let ready = ProviderStatus::Ready;
            Ok(row::change(connection, ADD, params![id.as_str(), total, ready.as_str()])?)
        });
        added.await.map(drop)
    }

    async fn advance(
        &self,
        id: &MerchantPaymentId,
        from: &ProviderStatus,
        to: &ProviderStatus,
    ) -> Result<bool, StoreError> {
        const ADVANCE: &str =
            "UPDATE sandbox_payments SET status = ?3 WHERE merchant_id = ?1 AND status = ?2";
        let (id, from, to) = (id.clone(), from.clone(), to.clone());
        let advanced = self.write(Durability::Full, move |connection| {
            Ok(row::change(connection, ADVANCE, params![id.as_str(), from.as_str(), to.as_str()])? == 1)
        });
        advanced.await
    }

    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, StoreError> {
        const FIND: &str = "SELECT * FROM sandbox_payments WHERE merchant_id = ?1";
        let id = id.clone();
        self.read(move |connection| row::find(connection, FIND, [id.as_str()], read_payment)).await
    }
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
