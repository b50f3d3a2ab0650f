//! A user's log of coconuts.

use application::queries::{PointEntryView, PointQueries};
use async_trait::async_trait;
use kernel::{Page, StoreError, UserId};
use rusqlite::named_params;

use super::Columns;
use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::list;

pub(super) const LOG: &str = "SELECT point_entries.id, point_transactions.event, point_entries.value,
        point_entries.created_at
    FROM point_entries CROSS JOIN point_transactions ON point_transactions.id = point_entries.transaction_id
    WHERE point_entries.account_id = (SELECT id FROM point_accounts WHERE kind = 'USER' AND owner = :user)
    ORDER BY point_entries.created_at DESC, point_entries.id DESC LIMIT :limit OFFSET :offset";

#[async_trait]
impl PointQueries for Sqlite {
    async fn log(&self, user: UserId, page: Page) -> Result<Vec<PointEntryView>, StoreError> {
        self.read(move |connection| {
            let params = named_params! {
                ":user": user.to_uuid(),
                ":limit": page.limit(),
                ":offset": page.offset(),
            };
            list(connection, LOG, params, |row| {
                let mut columns = Columns::of(row);
                Ok::<_, Failure>(PointEntryView {
                    id: columns.id()?,
                    user,
                    event: columns.named()?,
                    value: columns.value()?,
                    created_at: columns.at()?,
                })
            })
        })
        .await
    }
}
