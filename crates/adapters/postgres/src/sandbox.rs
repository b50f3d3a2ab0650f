//! What the payment sandbox remembers: `sandbox_payments`.

use async_trait::async_trait;
use diesel::prelude::*;
use kernel::StoreError;
use payment::{Currency, MerchantPaymentId, ProviderPayment, ProviderStatus, SandboxBook};

use crate::database::Postgres;
use crate::schema::sandbox_payments;

#[async_trait]
impl SandboxBook for Postgres {
    async fn add(&self, id: &MerchantPaymentId, total: i64) -> Result<(), StoreError> {
        let add = diesel::insert_into(sandbox_payments::table)
            .values((
                sandbox_payments::merchant_id.eq(id.as_str()),
                sandbox_payments::total.eq(total),
                sandbox_payments::status.eq(ProviderStatus::Ready.as_str()),
            ))
            .on_conflict_do_nothing();
        self.connection().await?.change(add).await.map(drop)
    }

    async fn advance(
        &self,
        id: &MerchantPaymentId,
        from: &ProviderStatus,
        to: &ProviderStatus,
    ) -> Result<bool, StoreError> {
        let at = sandbox_payments::table.find(id.as_str()).filter(sandbox_payments::status.eq(from.as_str()));
        let advance = diesel::update(at).set(sandbox_payments::status.eq(to.as_str()));
        Ok(self.connection().await?.change(advance).await? == 1)
    }

    async fn find(&self, id: &MerchantPaymentId) -> Result<Option<ProviderPayment>, StoreError> {
        let row = sandbox_payments::table
            .find(id.as_str())
            .select((sandbox_payments::total, sandbox_payments::status));
        let Some((total, status)) = self.connection().await?.find::<(i64, String), _>(row).await? else {
            return Ok(None);
        };
        let Ok(status) = status.parse();
        Ok(Some(ProviderPayment {
            merchant_id: id.clone(),
            status,
            total,
            currency: Currency.as_str().to_owned(),
            is_our_store: true,
            is_accepted_channel: true,
        }))
    }
}
