//! The makers' statistics: `maker_stats`, counted from the view `maker_facts`.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types;
use kernel::{StoreError, Timestamp, UserId};
use stats::{HasStats, MakerStats, StatsRepository};
use uuid::Uuid;

use crate::database::PgTx;
use crate::row::IdRow;
use crate::schema::maker_stats;
use crate::sql::{Prepared, sql};

const REBUILD: &str = "UPDATE maker_stats SET rating_sum = facts.rating_sum,
        total_reviews = facts.total_reviews, total_follows = facts.total_follows,
        total_confirms = facts.total_confirms, rebuilt_at = $2
    FROM maker_facts AS facts WHERE facts.maker_id = $1 AND maker_stats.maker_id = $1";
const MAKERS: &str = "SELECT id FROM users WHERE role = 'MAKER' AND id > $1 ORDER BY id LIMIT $2";
const STORED: &str = "SELECT maker_id, rating_sum, total_reviews, total_follows, total_confirms
    FROM maker_stats WHERE maker_id = $1 AND rebuilt_at IS NOT NULL";
const COUNTED: &str = "SELECT maker_id, rating_sum, total_reviews, total_follows, total_confirms
    FROM maker_facts WHERE maker_id = $1";

impl HasStats for PgTx {
    fn stats(&mut self) -> &mut dyn StatsRepository {
        self
    }
}

#[async_trait]
impl StatsRepository for PgTx {
    async fn rebuild(&mut self, maker: UserId, at: Timestamp) -> Result<(), StoreError> {
        // The lock first and the counting in a statement of its own, so that it sees what was committed
        // while the lock was waited for. Who has no row is no maker.
        let lock = maker_stats::table.find(maker.to_uuid()).select(maker_stats::maker_id).for_no_key_update();
        if self.conn.find::<Uuid, _>(lock).await?.is_none() {
            return Ok(());
        }
        let rebuild =
            sql(REBUILD).bind::<sql_types::Uuid, _>(maker.to_uuid()).bind::<sql_types::Timestamptz, _>(at);
        self.conn.change_one("maker's statistics", rebuild).await
    }

    async fn makers(&mut self, after: Option<UserId>, limit: i64) -> Result<Vec<UserId>, StoreError> {
        let makers = sql(MAKERS)
            .bind::<sql_types::Uuid, _>(after.map_or(Uuid::nil(), UserId::to_uuid))
            .bind::<sql_types::BigInt, _>(limit);
        Ok(IdRow::ids(self.conn.list(Prepared(makers)).await?))
    }

    async fn stored(&mut self, maker: UserId) -> Result<Option<MakerStats>, StoreError> {
        let stored = sql(STORED).bind::<sql_types::Uuid, _>(maker.to_uuid());
        Ok(self.conn.find::<StatsRow, _>(Prepared(stored)).await?.map(MakerStats::from))
    }

    async fn counted(&mut self, maker: UserId) -> Result<MakerStats, StoreError> {
        let counted = sql(COUNTED).bind::<sql_types::Uuid, _>(maker.to_uuid());
        let counted = self.conn.find::<StatsRow, _>(Prepared(counted)).await?;
        Ok(counted.map_or(MakerStats::none(maker), MakerStats::from))
    }
}

#[derive(QueryableByName)]
struct StatsRow {
    #[diesel(sql_type = sql_types::Uuid)]
    maker_id: Uuid,
    #[diesel(sql_type = sql_types::BigInt)]
    rating_sum: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    total_reviews: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    total_follows: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    total_confirms: i64,
}

impl From<StatsRow> for MakerStats {
    fn from(row: StatsRow) -> Self {
        let StatsRow { maker_id, rating_sum, total_reviews, total_follows, total_confirms } = row;
        Self { maker: maker_id.into(), rating_sum, total_reviews, total_follows, total_confirms }
    }
}
