//! Who follows whom: `follows`.

use async_trait::async_trait;
use diesel::prelude::*;
use follow::{AddFollow, Follow, FollowRepository, HasFollows, RemoveFollow};
use kernel::{StoreError, UserId};

use crate::database::PgTx;
use crate::schema::follows;

impl HasFollows for PgTx {
    fn follows(&mut self) -> &mut dyn FollowRepository {
        self
    }
}

#[async_trait]
impl FollowRepository for PgTx {
    async fn add(&mut self, follow: &Follow) -> Result<AddFollow, StoreError> {
        let row = (
            follows::id.eq(follow.id.to_uuid()),
            follows::dreamer_id.eq(follow.dreamer.to_uuid()),
            follows::maker_id.eq(follow.maker.to_uuid()),
            follows::created_at.eq(follow.created_at),
            follows::updated_at.eq(follow.updated_at),
        );
        let add = diesel::insert_into(follows::table)
            .values(row)
            .on_conflict((follows::dreamer_id, follows::maker_id))
            .do_nothing();
        Ok(match self.conn.change(add).await? {
            0 => AddFollow::AlreadyFollowing,
            _ => AddFollow::Added,
        })
    }

    async fn remove(&mut self, dreamer: UserId, maker: UserId) -> Result<RemoveFollow, StoreError> {
        let follow = follows::table
            .filter(follows::dreamer_id.eq(dreamer.to_uuid()))
            .filter(follows::maker_id.eq(maker.to_uuid()));
        Ok(match self.conn.change(diesel::delete(follow)).await? {
            0 => RemoveFollow::NotFollowing,
            _ => RemoveFollow::Removed,
        })
    }
}
