//! The makers' statistics: `maker_stats`, counted from the view `maker_facts`.

use async_trait::async_trait;
use kernel::{StoreError, Timestamp, UserId};
use rusqlite::{Row, named_params};
use stats::{HasStats, MakerStats, StatsRepository};

use crate::database::SqliteTx;
use crate::row::{change, find, id, list, millis};

impl HasStats for SqliteTx {
    fn stats(&mut self) -> &mut dyn StatsRepository {
        self
    }
}

#[async_trait]
impl StatsRepository for SqliteTx {
    async fn rebuild(&mut self, maker: UserId, at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO maker_stats
                (maker_id, rating_sum, total_reviews, total_follows, total_confirms, rebuilt_at)
            SELECT maker_id, rating_sum, total_reviews, total_follows, total_confirms, :at
            FROM maker_facts WHERE maker_id = :maker
            ON CONFLICT (maker_id) DO UPDATE SET rating_sum = excluded.rating_sum,
                total_reviews = excluded.total_reviews, total_follows = excluded.total_follows,
                total_confirms = excluded.total_confirms, rebuilt_at = excluded.rebuilt_at";
        self.run(move |connection| {
            change(connection, SQL, named_params! { ":maker": maker.to_uuid(), ":at": millis(at) })?;
            Ok(())
        })
        .await
    }

    async fn makers(&mut self, after: Option<UserId>, limit: i64) -> Result<Vec<UserId>, StoreError> {
        const SQL: &str = "SELECT id FROM users WHERE role = 'MAKER' AND id > coalesce(:after, x'')
            ORDER BY id LIMIT :limit";
        self.run(move |connection| {
            let params = named_params! { ":after": after.map(UserId::to_uuid), ":limit": limit };
            list(connection, SQL, params, |row| id(row, "id"))
        })
        .await
    }

    async fn stored(&mut self, maker: UserId) -> Result<Option<MakerStats>, StoreError> {
        const SQL: &str = "SELECT * FROM maker_stats WHERE maker_id = :maker AND rebuilt_at IS NOT NULL";
        self.run(move |connection| find(connection, SQL, named_params! { ":maker": maker.to_uuid() }, read))
            .await
    }

    async fn counted(&mut self, maker: UserId) -> Result<MakerStats, StoreError> {
        const SQL: &str = "SELECT * FROM maker_facts WHERE maker_id = :maker";
        self.run(move |connection| {
            let counted = find(connection, SQL, named_params! { ":maker": maker.to_uuid() }, read)?;
            Ok(counted.unwrap_or(MakerStats::none(maker)))
        })
        .await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<MakerStats> {
    Ok(MakerStats {
        maker: id(row, "maker_id")?,
        rating_sum: row.get("rating_sum")?,
        total_reviews: row.get("total_reviews")?,
        total_follows: row.get("total_follows")?,
        total_confirms: row.get("total_confirms")?,
    })
}
