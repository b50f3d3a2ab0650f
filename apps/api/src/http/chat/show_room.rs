//! `GET /chatRooms/{id}`: one room.

use actix_web::web::Data;
use application::chat::ReadRooms;
use kernel::RoomId;

use super::answers::RoomAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::Json;
use crate::http::schema;

/// A room, for its members.
///
/// Refuses with `ROOM_NOT_FOUND`, `ROOM_FORBIDDEN`.
#[utoipa::path(get, path = "/chatRooms/{id}", tag = "chat", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 200, body = RoomAnswer)))]
pub async fn show_room(
    caller: Caller,
    PathId(id): PathId<RoomId>,
    rooms: Data<ReadRooms>,
) -> Result<Json<RoomAnswer>, ApiError> {
    let room = rooms.room(id, caller.user).await?;
    Ok(Json(room.into()))
}
