//! `PATCH /users/update`: nickname, telephone number, password.

use std::sync::Arc;

use actix_web::web::Data;
use application::accounts::{AccountUpdate, UpdateAccount};
use application::queries::{Me, UserQueries};
use auth::{Password, PasswordAttempt};
use kernel::{Invalid, Role, UserId, Validation};
use serde::{Deserialize, Serialize};
use user::{NickName, PhoneNumber, UserNotFound};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{Body, Caller};
use crate::http::json::Json;
use crate::http::schema;

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateAccountBody {
    /// Keeping one's own is no conflict.
    #[schema(min_length = 1, max_length = 50, examples("제주바다"))]
    nick_name: Option<String>,
    #[schema(min_length = 1, max_length = 30, examples("010-1234-5678"))]
    phone_number: Option<String>,
    /// The present password, needed for a new one. By itself it changes nothing.
    #[schema(max_length = 1024, format = Password, examples("old-secret"))]
    password: Option<String>,
    /// Ends all other sessions.
    #[schema(min_length = 6, max_length = 128, format = Password, examples("new-secret"))]
    new_password: Option<String>,
}

impl UpdateAccountBody {
    fn update(self) -> Result<AccountUpdate, Invalid> {
        let mut check = Validation::default();
        let update = AccountUpdate {
            nick_name: check.optional("nickName", self.nick_name.map(NickName::try_from)),
            phone_number: check.optional("phoneNumber", self.phone_number.map(PhoneNumber::try_from)),
            password: check.optional("password", self.password.map(PasswordAttempt::try_from)),
            new_password: check.optional("newPassword", self.new_password.map(Password::try_from)),
        };
        check.finish()?;
        Ok(update)
    }
}

/// The account after the change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountAnswer {
    #[schema(value_type = schema::Id)]
    id: UserId,
    #[schema(value_type = schema::Role)]
    role: Role,
    #[schema(examples("제주바다"))]
    nick_name: String,
    /// The spendable balance.
    #[schema(minimum = 0, examples(300))]
    coconut: i64,
}

impl From<Me> for AccountAnswer {
    fn from(me: Me) -> Self {
        let Me { id, role, nick_name, coconut, .. } = me;
        Self { id, role, nick_name, coconut }
    }
}

/// Changes one's account.
///
/// Refuses with `NICKNAME_TAKEN`, `WRONG_PASSWORD`, `LOGIN_THROTTLED`, `HASHING_OVERLOADED`.
#[utoipa::path(patch, path = "/users/update", tag = "users", request_body = UpdateAccountBody,
    security(("bearer" = [])), responses((status = 200, body = AccountAnswer)))]
pub async fn update_account(
    caller: Caller,
    Body(body): Body<UpdateAccountBody>,
    accounts: Data<UpdateAccount>,
    users: Data<Arc<dyn UserQueries>>,
) -> Result<Json<AccountAnswer>, ApiError> {
    accounts.run(caller.user, caller.session, body.update()?).await?;
    let me = users.me(caller.user).await?.ok_or(UserNotFound)?;
    Ok(Json(me.into()))
}
