//! `GET /chatRooms/{id}/chats`: what was said in a room.

use actix_web::web::Data;
use application::chat::ReadRooms;
use kernel::RoomId;

use super::answers::MessageAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, Paged, PathId};
use crate::http::json::{Json, ListAnswer};
use crate::http::schema;

/// The messages of a room, for its members.
///
/// Images as their smaller copy, once there is one. Refuses with `ROOM_NOT_FOUND`, `ROOM_FORBIDDEN`.
#[utoipa::path(get, path = "/chatRooms/{id}/chats", tag = "chat", params(("id" = schema::Id, Path), Paged<5>),
    security(("bearer" = [])), responses((status = 200, body = ListAnswer<MessageAnswer>)))]
pub async fn list_messages(
    caller: Caller,
    PathId(id): PathId<RoomId>,
    Paged(page): Paged<5>,
    rooms: Data<ReadRooms>,
) -> Result<Json<ListAnswer<MessageAnswer>>, ApiError> {
    let messages = rooms.messages(id, caller.user, page).await?;
    Ok(Json(ListAnswer::of(messages, MessageAnswer::from)))
}
