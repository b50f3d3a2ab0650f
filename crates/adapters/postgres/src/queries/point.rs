//! A user's log of coconuts.

use application::queries::{PointEntryView, PointQueries};
use async_trait::async_trait;
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types;
use kernel::{Page, StoreError, UserId};

use super::{Columns, Shown};
use crate::database::Postgres;
use crate::schema::sql_types as stored;
use crate::sql::sql;

pub(super) const LOG: &str = "SELECT page.id, page.account_owner, point_transactions.event, page.value,
        page.created_at
    FROM (SELECT id, account_owner, transaction_id, value, created_at FROM point_entries
            WHERE account_owner = $1 AND account_kind = 'USER'
            ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3) AS page
        JOIN point_transactions ON point_transactions.id = page.transaction_id
    ORDER BY page.created_at DESC, page.id DESC";

#[async_trait]
impl PointQueries for Postgres {
    async fn log(&self, user: UserId, page: Page) -> Result<Vec<PointEntryView>, StoreError> {
        let log = sql(LOG)
            .bind::<sql_types::Uuid, _>(user.to_uuid())
            .bind::<sql_types::BigInt, _>(page.limit())
            .bind::<sql_types::BigInt, _>(page.offset());
        self.show_all(log).await
    }
}

impl Shown for PointEntryView {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            user: columns.id()?,
            event: columns.named::<stored::PointEvent, _>()?,
            value: columns.number()?,
            created_at: columns.at()?,
        })
    }
}
