//! `GET /users/me`: one's own account.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{Me, UserQueries};
use kernel::{Role, UserId};
use serde::Serialize;
use user::UserNotFound;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::Caller;
use crate::http::json::Json;
use crate::http::schema;

/// One's own account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeAnswer {
    #[schema(value_type = schema::Id)]
    id: UserId,
    #[schema(value_type = schema::Role)]
    role: Role,
    #[schema(examples("제주바다"))]
    nick_name: String,
    /// Null if one signed up by a provider that told none.
    #[schema(required, examples("mina@example.com"))]
    email: Option<String>,
    #[schema(examples("010-1234-5678"))]
    phone_number: String,
    /// The spendable balance.
    #[schema(minimum = 0, examples(300))]
    coconut: i64,
}

impl From<Me> for MeAnswer {
    fn from(me: Me) -> Self {
        let Me { id, role, nick_name, email, phone_number, coconut } = me;
        Self { id, role, nick_name, email, phone_number, coconut }
    }
}

/// One's own account.
#[utoipa::path(get, path = "/users/me", tag = "users", security(("bearer" = [])),
    responses((status = 200, body = MeAnswer)))]
pub async fn show_me(caller: Caller, users: Data<Arc<dyn UserQueries>>) -> Result<Json<MeAnswer>, ApiError> {
    let me = users.me(caller.user).await?.ok_or(UserNotFound)?;
    Ok(Json(me.into()))
}
