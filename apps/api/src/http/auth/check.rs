//! `POST /auth/check/email`, `POST /auth/check/nickname`: whether a newcomer can have them.

use std::sync::Arc;

use actix_web::web::Data;
use kernel::Invalid;
use serde::Deserialize;
use user::{Email, NickName, UserDirectory};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::Body;
use crate::http::json::Json;

/// The address to look for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckEmailBody {
    #[schema(format = "email", max_length = 254, examples("mina@example.com"))]
    email: String,
}

/// The nickname to look for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckNickNameBody {
    #[schema(min_length = 1, max_length = 50, examples("제주바다"))]
    nick_name: String,
}

/// Whether an e-mail address is free, in whatever letter case. Only signing up decides.
#[utoipa::path(post, path = "/auth/check/email", tag = "auth", request_body = CheckEmailBody,
    responses((status = 200, body = bool, content_type = "application/json",
        description = "`true` if it is free, `false` if it is taken.")))]
pub async fn email_is_free(
    Body(body): Body<CheckEmailBody>,
    users: Data<Arc<dyn UserDirectory>>,
) -> Result<Json<bool>, ApiError> {
    let email = Email::try_from(body.email).map_err(|refused| Invalid::field("email", refused))?;
    Ok(Json(users.email_is_free(&email).await?))
}

/// Whether a nickname is free. Only signing up decides.
#[utoipa::path(post, path = "/auth/check/nickname", tag = "auth", request_body = CheckNickNameBody,
    responses((status = 200, body = bool, content_type = "application/json",
        description = "`true` if it is free, `false` if it is taken.")))]
pub async fn nick_name_is_free(
    Body(body): Body<CheckNickNameBody>,
    users: Data<Arc<dyn UserDirectory>>,
) -> Result<Json<bool>, ApiError> {
    let nick_name =
        NickName::try_from(body.nick_name).map_err(|refused| Invalid::field("nickName", refused))?;
    Ok(Json(users.nick_name_is_free(&nick_name).await?))
}
