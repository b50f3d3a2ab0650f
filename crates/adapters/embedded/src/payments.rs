//! Payments: `payments`.

use async_trait::async_trait;
use kernel::enums::Named;
use kernel::{PaymentId, StoreError, Timestamp};
use payment::{
    AddPayment, HasPayments, MerchantPaymentId, NewPayment, Payment, PaymentDirectory, PaymentParts,
    PaymentRepository, PaymentState, PaymentStatus, Won,
};
use rusqlite::{Connection, Row, named_params};

use crate::connection::Failure;
use crate::database::{Sqlite, SqliteTx};
use crate::row::{at, change, find, id, list, millis, named, no_such, parsed, text};

impl HasPayments for SqliteTx {
    fn payments(&mut self) -> &mut dyn PaymentRepository {
        self
    }
}

#[async_trait]
impl PaymentRepository for SqliteTx {
    async fn add(&mut self, payment: &Payment) -> Result<AddPayment, StoreError> {
        const SQL: &str =
            "INSERT INTO payments (id, merchant_id, user_id, order_name, method, amount, status,
                settled_at, refund_due, created_at, updated_at)
            VALUES (:id, :merchant_id, :user_id, :order_name, :method, :amount, :status,
                :settled_at, :refund_due, :created_at, :updated_at)
            ON CONFLICT (merchant_id) DO NOTHING";
        let payment = payment.clone();
        self.run(move |connection| {
            Ok(match written(connection, SQL, payment.parts())? {
                0 => AddPayment::MerchantIdTaken,
                _ => AddPayment::Added,
            })
        })
        .await
    }

    async fn find_for_update(&mut self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.run(move |connection| by_id(connection, id)).await
    }

    async fn find_by_merchant_id_for_update(
        &mut self,
        id: &MerchantPaymentId,
    ) -> Result<Option<Payment>, StoreError> {
        let id = id.clone();
        self.run(move |connection| by_merchant_id(connection, &id)).await
    }

    async fn save(&mut self, payment: &Payment) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE payments SET merchant_id = :merchant_id, user_id = :user_id,
                order_name = :order_name, method = :method, amount = :amount, status = :status,
                settled_at = :settled_at, refund_due = :refund_due, created_at = :created_at,
                updated_at = :updated_at
            WHERE id = :id";
        let payment = payment.clone();
        self.run(move |connection| match written(connection, SQL, payment.parts())? {
            0 => Err(no_such(format_args!("payment {}", payment.id()))),
            _ => Ok(()),
        })
        .await
    }
}

#[async_trait]
impl PaymentDirectory for Sqlite {
    async fn find(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.read(move |connection| by_id(connection, id)).await
    }

    async fn find_by_merchant_id(&self, id: &MerchantPaymentId) -> Result<Option<Payment>, StoreError> {
        let id = id.clone();
        self.read(move |connection| by_merchant_id(connection, &id)).await
    }

    async fn unsettled_older_than(
        &self,
        before: Timestamp,
        after: Option<PaymentId>,
        limit: i64,
    ) -> Result<Vec<Payment>, StoreError> {
        const SQL: &str = "SELECT * FROM payments WHERE (status = 'PENDING' OR refund_due = 1)
                AND created_at < :before AND id > coalesce(:after, x'')
            ORDER BY id LIMIT :limit";
        self.read(move |connection| {
            let params = named_params! {
                ":before": millis(before),
                ":after": after.map(PaymentId::to_uuid),
                ":limit": limit,
            };
            list(connection, SQL, params, read)
        })
        .await
    }
}

fn by_id(connection: &Connection, id: PaymentId) -> Result<Option<Payment>, Failure> {
    const SQL: &str = "SELECT * FROM payments WHERE id = :id";
    find(connection, SQL, named_params! { ":id": id.to_uuid() }, read)
}

fn by_merchant_id(connection: &Connection, id: &MerchantPaymentId) -> Result<Option<Payment>, Failure> {
    const SQL: &str = "SELECT * FROM payments WHERE merchant_id = :merchant_id";
    find(connection, SQL, named_params! { ":merchant_id": id.as_str() }, read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment::restore(PaymentParts {
        new: NewPayment {
            id: id(row, "id")?,
            merchant_id: parsed(row, "merchant_id", |id: String| MerchantPaymentId::try_from(id))?,
            user: id(row, "user_id")?,
            order_name: text(row, "order_name")?,
            method: text(row, "method")?,
            amount: parsed(row, "amount", |amount: i64| Won::try_from(amount))?,
        },
        state: read_state(row)?,
        created_at: at(row, "created_at")?,
        updated_at: at(row, "updated_at")?,
    }))
}

fn read_state(row: &Row<'_>) -> rusqlite::Result<PaymentState> {
    Ok(match named(row, "status")? {
        PaymentStatus::Pending => PaymentState::Pending,
        PaymentStatus::Paid => PaymentState::Paid { at: at(row, "settled_at")? },
        PaymentStatus::Failed => PaymentState::Failed { at: at(row, "settled_at")? },
        PaymentStatus::Cancelled => {
            PaymentState::Cancelled { at: at(row, "settled_at")?, refund_due: row.get("refund_due")? }
        }
    })
}

/// Runs a statement that takes the whole payment, and answers how many rows it changed.
fn written(connection: &Connection, sql: &str, payment: &PaymentParts) -> rusqlite::Result<usize> {
    let PaymentParts { new, state, created_at, updated_at } = payment;
    let (settled_at, refund_due) = match *state {
        PaymentState::Pending => (None, false),
        PaymentState::Paid { at } | PaymentState::Failed { at } => (Some(millis(at)), false),
        PaymentState::Cancelled { at, refund_due } => (Some(millis(at)), refund_due),
    };
    let params = named_params! {
        ":id": new.id.to_uuid(),
        ":merchant_id": new.merchant_id.as_str(),
        ":user_id": new.user.to_uuid(),
        ":order_name": new.order_name.as_str(),
        ":method": new.method.as_str(),
        ":amount": new.amount.get(),
        ":status": state.status().as_str(),
        ":settled_at": settled_at,
        ":refund_due": refund_due,
        ":created_at": millis(*created_at),
        ":updated_at": millis(*updated_at),
    };
    change(connection, sql, params)
}
