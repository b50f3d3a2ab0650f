//! One's own account and profile.

use application::queries::{Me, UserQueries};
use async_trait::async_trait;
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types;
use kernel::{StoreError, UserId};
use user::Profile;

use super::{Columns, Shown};
use crate::database::Postgres;
use crate::schema::sql_types as stored;
use crate::sql::sql;

pub(super) const ME: &str = "SELECT users.id, users.role, users.nick_name, users.email, users.phone_number,
        coalesce(point_accounts.balance, 0)
    FROM users LEFT JOIN point_accounts
        ON point_accounts.kind = 'USER' AND point_accounts.owner = users.id
    WHERE users.id = $1";

#[async_trait]
impl UserQueries for Postgres {
    async fn me(&self, user: UserId) -> Result<Option<Me>, StoreError> {
        self.show(sql(ME).bind::<sql_types::Uuid, _>(user.to_uuid())).await
    }

    async fn profile(&self, user: UserId) -> Result<Option<Profile>, StoreError> {
        self.find_profile(user).await
    }
}

impl Shown for Me {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        Ok(Self {
            id: columns.id()?,
            role: columns.named::<stored::UserRole, _>()?,
            nick_name: columns.text()?,
            email: columns.text_or_null()?,
            phone_number: columns.text()?,
            coconut: columns.number()?,
        })
    }
}
