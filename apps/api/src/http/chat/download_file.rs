//! `GET /chats/{id}/downloadFile`: where a message's file is.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Data;
use application::chat::ReadRooms;
use kernel::MessageId;

use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::schema;

/// The URL of a message's original file, for the members of its room.
///
/// It works for an hour without any header. Refuses with `MESSAGE_NOT_FOUND`, `MESSAGE_HAS_NO_FILE`,
/// `ROOM_NOT_FOUND`, `ROOM_FORBIDDEN`.
#[utoipa::path(get, path = "/chats/{id}/downloadFile", tag = "chat", params(("id" = schema::Id, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The bare URL.", body = String, content_type = "text/plain",
        example = json!("https://goforme.example/media/chat/…/….jpg?expires=1893456000&signature=…"))))]
pub async fn download_file(
    caller: Caller,
    PathId(id): PathId<MessageId>,
    rooms: Data<ReadRooms>,
) -> Result<HttpResponse, ApiError> {
    let url = rooms.original_url(id, caller.user).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(url))
}
