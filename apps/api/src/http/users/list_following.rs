//! `GET /users/following`: the Makers whom a Dreamer follows.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::{FollowedMaker, MakerQueries};
use kernel::{FollowId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::MakerCardAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Dreamer, Paged};
use crate::http::json::{Json, ListAnswer, Time};
use crate::http::schema;

/// That one follows a Maker.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FollowAnswer {
    #[schema(value_type = schema::Id)]
    id: FollowId,
    #[schema(value_type = schema::Id)]
    maker_id: UserId,
    #[schema(value_type = schema::Id)]
    dreamer_id: UserId,
    created_at: Time,
    updated_at: Time,
    maker: MakerCardAnswer,
}

impl From<FollowedMaker> for FollowAnswer {
    fn from(followed: FollowedMaker) -> Self {
        Self {
            id: followed.id,
            maker_id: followed.maker.stats.maker,
            dreamer_id: followed.dreamer,
            created_at: followed.created_at.into(),
            updated_at: followed.updated_at.into(),
            maker: followed.maker.into(),
        }
    }
}

/// The Makers whom one follows, the one followed last first.
///
/// Refuses with `ROLE_FORBIDDEN`.
#[utoipa::path(get, path = "/users/following", tag = "users", params(Paged<10>), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<FollowAnswer>)))]
pub async fn list_following(
    caller: Dreamer,
    Paged(page): Paged<10>,
    makers: Data<Arc<dyn MakerQueries>>,
) -> Result<Json<ListAnswer<FollowAnswer>>, ApiError> {
    let followed = makers.followed_by(caller.user, page).await?;
    Ok(Json(ListAnswer::of(followed, FollowAnswer::from)))
}
