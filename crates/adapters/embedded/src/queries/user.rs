//! One's own account and profile.

use application::queries::{Me, UserQueries};
use async_trait::async_trait;
use kernel::{StoreError, UserId};
use rusqlite::named_params;
use user::Profile;

use super::Columns;
use crate::database::Sqlite;
use crate::row::find;
use crate::users::find_profile;

pub(super) const ME: &str = "SELECT users.id, users.role, users.nick_name, users.email, users.phone_number,
        coalesce(point_accounts.balance, 0)
    FROM users LEFT JOIN point_accounts
        ON point_accounts.kind = 'USER' AND point_accounts.owner = users.id
    WHERE users.id = :user";

#[async_trait]
impl UserQueries for Sqlite {
    async fn me(&self, user: UserId) -> Result<Option<Me>, StoreError> {
        self.read(move |connection| {
            find(connection, ME, named_params! { ":user": user.to_uuid() }, |row| me(&mut Columns::of(row)))
        })
        .await
    }

    async fn profile(&self, user: UserId) -> Result<Option<Profile>, StoreError> {
        self.read(move |connection| find_profile(connection, user)).await
    }
}

fn me(columns: &mut Columns<'_, '_>) -> rusqlite::Result<Me> {
    Ok(Me {
        id: columns.id()?,
        role: columns.named()?,
        nick_name: columns.value()?,
        email: columns.value()?,
        phone_number: columns.value()?,
        coconut: columns.value()?,
    })
}
