//! `GET /users/maker/{makerId}`: one Maker, for everybody.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::MakerQueries;
use kernel::UserId;
use user::MakerNotFound;

use super::answers::MakerCardAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{MaybeCaller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// A Maker.
///
/// Refuses with `MAKER_NOT_FOUND`.
#[utoipa::path(get, path = "/users/maker/{makerId}", tag = "users", params(("makerId" = schema::Id, Path)),
    security((), ("bearer" = [])), responses((status = 200, body = MakerCardAnswer)))]
pub async fn show_maker(
    viewer: MaybeCaller,
    PathId(id): PathId<UserId>,
    makers: Data<Arc<dyn MakerQueries>>,
) -> Result<Json<MakerCardAnswer>, ApiError> {
    let maker = makers.find(id, viewer.user()).await?.ok_or(MakerNotFound)?;
    Ok(Json(maker.into()))
}
