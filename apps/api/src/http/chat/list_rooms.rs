//! `GET /chatRooms`: one's own rooms.

use actix_web::web::Data;
use application::chat::ReadRooms;

use super::answers::RoomAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, Paged};
use crate::http::json::{Json, ListAnswer};

/// One's own rooms, the one with the latest message first.
///
/// A room without messages counts by its creation.
#[utoipa::path(get, path = "/chatRooms", tag = "chat", params(Paged<5>), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<RoomAnswer>)))]
pub async fn list_rooms(
    caller: Caller,
    Paged(page): Paged<5>,
    rooms: Data<ReadRooms>,
) -> Result<Json<ListAnswer<RoomAnswer>>, ApiError> {
    let rooms = rooms.rooms(caller.user, page).await?;
    Ok(Json(ListAnswer::of(rooms, RoomAnswer::from)))
}
