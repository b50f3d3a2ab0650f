//! `POST /follow`, `DELETE /follow`: a Dreamer follows a Maker, or ceases to.

use actix_web::web::Data;
use application::follows::FollowMaker;
use kernel::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::extract::{Body, Dreamer};
use crate::http::json::NoContent;
use crate::http::schema;

/// Whom it is about.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FollowBody {
    #[schema(value_type = schema::Id)]
    maker_id: UserId,
}

/// Follows a Maker.
///
/// Refuses with `ROLE_FORBIDDEN`, `MAKER_NOT_FOUND`, `ALREADY_FOLLOWING`.
#[utoipa::path(post, path = "/follow", tag = "users", request_body = FollowBody, security(("bearer" = [])),
    responses((status = 204)))]
pub async fn follow_maker(
    caller: Dreamer,
    Body(body): Body<FollowBody>,
    follows: Data<FollowMaker>,
) -> Result<NoContent, ApiError> {
    follows.follow(caller.user, body.maker_id).await?;
    Ok(NoContent)
}

/// Ceases to follow a Maker.
///
/// Refuses with `ROLE_FORBIDDEN`, `NOT_FOLLOWING`.
#[utoipa::path(delete, path = "/follow", tag = "users", request_body = FollowBody, security(("bearer" = [])),
    responses((status = 204)))]
pub async fn unfollow_maker(
    caller: Dreamer,
    Body(body): Body<FollowBody>,
    follows: Data<FollowMaker>,
) -> Result<NoContent, ApiError> {
    follows.unfollow(caller.user, body.maker_id).await?;
    Ok(NoContent)
}
