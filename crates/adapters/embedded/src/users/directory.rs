//! The users as they were last committed.

use async_trait::async_trait;
use kernel::enums::Named;
use kernel::{StoreError, UserId};
use rusqlite::named_params;
use user::{Email, NickName, SocialAccount, User, UserCard, UserDirectory};

use super::{by_id, read};
use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row::{exists, find, id, list, named, text};

#[async_trait]
impl UserDirectory for Sqlite {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(move |connection| by_id(connection, id)).await
    }

    async fn find_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        const SQL: &str = "SELECT * FROM users WHERE email_key = :email_key";
        let email = email.clone();
        self.read(move |connection| {
            find(connection, SQL, named_params! { ":email_key": email.folded() }, read)
        })
        .await
    }

    async fn find_by_social(&self, account: &SocialAccount) -> Result<Option<User>, StoreError> {
        const SQL: &str = "SELECT * FROM users WHERE provider = :provider AND subject = :subject";
        let account = account.clone();
        self.read(move |connection| {
            let params =
                named_params! { ":provider": account.provider().as_str(), ":subject": account.subject() };
            find(connection, SQL, params, read)
        })
        .await
    }

    async fn email_is_free(&self, email: &Email) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT 1 FROM users WHERE email_key = :email_key";
        let email = email.clone();
        self.read(move |connection| {
            Ok(!exists(connection, SQL, named_params! { ":email_key": email.folded() })?)
        })
        .await
    }

    async fn nick_name_is_free(&self, nick_name: &NickName) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT 1 FROM users WHERE nick_name = :nick_name";
        let nick_name = nick_name.clone();
        self.read(move |connection| {
            Ok(!exists(connection, SQL, named_params! { ":nick_name": nick_name.as_str() })?)
        })
        .await
    }

    async fn cards(&self, ids: &[UserId]) -> Result<Vec<UserCard>, StoreError> {
        // The ids come as one JSON array, so that the statement is the same for any number of them.
        const SQL: &str =
            "SELECT id, role, nick_name, image FROM users JOIN profiles ON profiles.user_id = id
            WHERE id IN (SELECT unhex(value) FROM json_each(:ids))";
        let ids: serde_json::Value = ids.iter().map(|id| id.to_uuid().simple().to_string()).collect();
        self.read(move |connection| {
            list(connection, SQL, named_params! { ":ids": ids.to_string() }, |row| {
                Ok::<_, Failure>(UserCard {
                    id: id(row, "id")?,
                    role: named(row, "role")?,
                    nick_name: text(row, "nick_name")?,
                    image: named(row, "image")?,
                })
            })
        })
        .await
    }
}
