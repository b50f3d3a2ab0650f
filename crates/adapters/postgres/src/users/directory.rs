//! The users, outside of transactions.

use async_trait::async_trait;
use diesel::dsl::{AsSelect, Find, Select, exists};
use diesel::pg::Pg;
use diesel::prelude::*;
use kernel::{ProfileImage, Role, StoreError, UserId};
use user::{Email, NickName, Profile, SocialAccount, User, UserCard, UserDirectory};
use uuid::Uuid;

use super::{ProfileRow, UserRow};
use crate::database::Postgres;
use crate::row::{Stored, parsed};
use crate::schema::{profiles, users};

/// The profile of one user.
pub(crate) fn profile_of(user: Uuid) -> Select<Find<profiles::table, Uuid>, AsSelect<ProfileRow, Pg>> {
    profiles::table.find(user).select(ProfileRow::as_select())
}

impl Postgres {
    pub(crate) async fn find_profile(&self, user: UserId) -> Result<Option<Profile>, StoreError> {
        let profile = profile_of(user.to_uuid());
        self.reads().find::<ProfileRow, _>(profile).await?.map(Profile::try_from).transpose()
    }
}

#[async_trait]
impl UserDirectory for Postgres {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let user = users::table.find(id.to_uuid()).select(UserRow::as_select());
        self.reads().find(user).await?.map(User::try_from).transpose()
    }

    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        let user =
            users::table.filter(users::email_key.eq(email.folded().to_owned())).select(UserRow::as_select());
        self.reads().find(user).await?.map(User::try_from).transpose()
    }

    async fn find_by_social(&self, account: &SocialAccount) -> Result<Option<User>, StoreError> {
        let user = users::table
            .filter(users::provider.eq(Stored(account.provider())))
            .filter(users::subject.eq(account.subject().to_owned()))
            .select(UserRow::as_select());
        self.reads().find(user).await?.map(User::try_from).transpose()
    }

    async fn email_is_free(&self, email: &Email) -> Result<bool, StoreError> {
        let taken = exists(users::table.filter(users::email_key.eq(email.folded().to_owned())));
        self.reads().get(diesel::select(diesel::dsl::not(taken))).await
    }

    async fn nick_name_is_free(&self, nick_name: &NickName) -> Result<bool, StoreError> {
        let taken = exists(users::table.filter(users::nick_name.eq(nick_name.as_str().to_owned())));
        self.reads().get(diesel::select(diesel::dsl::not(taken))).await
    }

    async fn cards(&self, ids: &[UserId]) -> Result<Vec<UserCard>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = ids.iter().map(|id| id.to_uuid()).collect();
        let cards = users::table.inner_join(profiles::table).filter(users::id.eq_any(ids)).select((
            users::id,
            users::role,
            users::nick_name,
            profiles::image,
        ));
        let rows: Vec<(Uuid, Stored<Role>, String, Stored<ProfileImage>)> = self.reads().list(cards).await?;
        rows.into_iter()
            .map(|(id, Stored(role), nick_name, Stored(image))| {
                Ok(UserCard { id: id.into(), role, nick_name: parsed("users.nick_name", nick_name)?, image })
            })
            .collect()
    }
}
