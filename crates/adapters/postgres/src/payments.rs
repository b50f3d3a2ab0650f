//! Payments: `payments`.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types;
use kernel::{PaymentId, StoreError, Timestamp};
use payment::{
    AddPayment, HasPayments, MerchantPaymentId, NewPayment, Payment, PaymentDirectory, PaymentParts,
    PaymentRepository, PaymentState, PaymentStatus,
};
use uuid::Uuid;

use crate::database::{PgTx, Postgres};
use crate::row::{Stored, parsed};
use crate::schema::payments;
use crate::sql::{Prepared, sql};

/// The condition is that of the partial index.
const UNSETTLED: &str = "SELECT * FROM payments
    WHERE (status = 'PENDING' OR refund_due) AND created_at < $1 AND id > $2 ORDER BY id LIMIT $3";

impl HasPayments for PgTx {
    fn payments(&mut self) -> &mut dyn PaymentRepository {
        self
    }
}

#[async_trait]
impl PaymentRepository for PgTx {
    async fn add(&mut self, payment: &Payment) -> Result<AddPayment, StoreError> {
        let add = diesel::insert_into(payments::table)
            .values(PaymentRow::from(payment))
            .on_conflict(payments::merchant_id)
            .do_nothing();
        Ok(match self.conn.change(add).await? {
            0 => AddPayment::MerchantIdTaken,
            _ => AddPayment::Added,
        })
    }

    async fn find_for_update(&mut self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let payment = payments::table.find(id.to_uuid()).select(PaymentRow::as_select()).for_no_key_update();
        self.conn.find(payment).await?.map(Payment::try_from).transpose()
    }

    async fn find_by_merchant_id_for_update(
        &mut self,
        id: &MerchantPaymentId,
    ) -> Result<Option<Payment>, StoreError> {
        let payment = payments::table
            .filter(payments::merchant_id.eq(id.as_str()))
            .select(PaymentRow::as_select())
            .for_no_key_update();
        self.conn.find(payment).await?.map(Payment::try_from).transpose()
    }

    async fn save(&mut self, payment: &Payment) -> Result<(), StoreError> {
        let row = PaymentRow::from(payment);
        let save = diesel::update(payments::table.find(row.id)).set(row);
        self.conn.change_one("payment", save).await
    }
}

#[async_trait]
impl PaymentDirectory for Postgres {
    async fn find(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let payment = payments::table.find(id.to_uuid()).select(PaymentRow::as_select());
        self.reads().find(payment).await?.map(Payment::try_from).transpose()
    }

    async fn find_by_merchant_id(&self, id: &MerchantPaymentId) -> Result<Option<Payment>, StoreError> {
        let payment = payments::table
            .filter(payments::merchant_id.eq(id.as_str().to_owned()))
            .select(PaymentRow::as_select());
        self.reads().find(payment).await?.map(Payment::try_from).transpose()
    }

    async fn unsettled_older_than(
        &self,
        before: Timestamp,
        after: Option<PaymentId>,
        limit: i64,
    ) -> Result<Vec<Payment>, StoreError> {
        let unsettled = sql(UNSETTLED)
            .bind::<sql_types::Timestamptz, _>(before)
            .bind::<sql_types::Uuid, _>(after.map_or(Uuid::nil(), PaymentId::to_uuid))
            .bind::<sql_types::BigInt, _>(limit);
        let rows: Vec<PaymentRow> = self.connection().await?.list(Prepared(unsettled)).await?;
        rows.into_iter().map(Payment::try_from).collect()
    }
}

/// A row of `payments`.
#[derive(Queryable, QueryableByName, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payments, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct PaymentRow {
    id: Uuid,
    merchant_id: String,
    user_id: Uuid,
    order_name: String,
    method: String,
    amount: i64,
    status: Stored<PaymentStatus>,
    settled_at: Option<Timestamp>,
    refund_due: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Payment> for PaymentRow {
    fn from(payment: &Payment) -> Self {
        let PaymentParts { new, state, created_at, updated_at } = payment.parts();
        let (settled_at, refund_due) = match *state {
            PaymentState::Pending => (None, false),
            PaymentState::Paid { at } | PaymentState::Failed { at } => (Some(at), false),
            PaymentState::Cancelled { at, refund_due } => (Some(at), refund_due),
        };
        Self {
            id: new.id.to_uuid(),
            merchant_id: new.merchant_id.as_str().to_owned(),
            user_id: new.user.to_uuid(),
            order_name: new.order_name.as_str().to_owned(),
            method: new.method.as_str().to_owned(),
            amount: new.amount.get(),
            status: Stored(state.status()),
            settled_at,
            refund_due,
            created_at: *created_at,
            updated_at: *updated_at,
        }
    }
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;

    fn try_from(row: PaymentRow) -> Result<Self, StoreError> {
        let state = match (row.status.0, row.settled_at) {
            (PaymentStatus::Pending, None) => PaymentState::Pending,
            (PaymentStatus::Paid, Some(at)) => PaymentState::Paid { at },
            (PaymentStatus::Failed, Some(at)) => PaymentState::Failed { at },
            (PaymentStatus::Cancelled, Some(at)) => {
                PaymentState::Cancelled { at, refund_due: row.refund_due }
            }
            (status, _) => return Err(StoreError::corrupt(format!("when a {status} payment was settled"))),
        };
        Ok(Self::restore(PaymentParts {
            new: NewPayment {
                id: row.id.into(),
                merchant_id: parsed("payments.merchant_id", row.merchant_id)?,
                user: row.user_id.into(),
                order_name: parsed("payments.order_name", row.order_name)?,
                method: parsed("payments.method", row.method)?,
                amount: parsed("payments.amount", row.amount)?,
            },
            state,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }))
    }
}
