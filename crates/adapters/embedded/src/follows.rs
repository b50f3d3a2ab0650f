//! Who follows whom: `follows`.

use async_trait::async_trait;
use follow::{AddFollow, Follow, FollowRepository, HasFollows, RemoveFollow};
use kernel::{StoreError, UserId};
use rusqlite::named_params;

use crate::database::SqliteTx;
use crate::row::{change, millis};

impl HasFollows for SqliteTx {
    fn follows(&mut self) -> &mut dyn FollowRepository {
        self
    }
}

#[async_trait]
impl FollowRepository for SqliteTx {
    async fn add(&mut self, follow: &Follow) -> Result<AddFollow, StoreError> {
        const SQL: &str = "INSERT INTO follows (id, dreamer_id, maker_id, created_at, updated_at)
            VALUES (:id, :dreamer_id, :maker_id, :created_at, :updated_at)
            ON CONFLICT (dreamer_id, maker_id) DO NOTHING";
        let Follow { id, dreamer, maker, created_at, updated_at } = *follow;
        self.run(move |connection| {
            let params = named_params! {
                ":id": id.to_uuid(),
                ":dreamer_id": dreamer.to_uuid(),
                ":maker_id": maker.to_uuid(),
                ":created_at": millis(created_at),
                ":updated_at": millis(updated_at),
            };
            Ok(match change(connection, SQL, params)? {
                0 => AddFollow::AlreadyFollowing,
                _ => AddFollow::Added,
            })
        })
        .await
    }

    async fn remove(&mut self, dreamer: UserId, maker: UserId) -> Result<RemoveFollow, StoreError> {
        const SQL: &str = "DELETE FROM follows WHERE dreamer_id = :dreamer_id AND maker_id = :maker_id";
        self.run(move |connection| {
            let params = named_params! { ":dreamer_id": dreamer.to_uuid(), ":maker_id": maker.to_uuid() };
            Ok(match change(connection, SQL, params)? {
                0 => RemoveFollow::NotFollowing,
                _ => RemoveFollow::Removed,
            })
        })
        .await
    }
}
