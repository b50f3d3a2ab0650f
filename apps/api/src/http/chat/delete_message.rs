//! `DELETE /chats/{id}`: its sender takes a message back.

use actix_web::web::Data;
use application::chat::DeleteMessage;
use kernel::MessageId;

use crate::http::error::ApiError;
use crate::http::extract::{Caller, PathId};
use crate::http::json::NoContent;
use crate::http::schema;
use crate::http::to_the_end::to_the_end;

/// Deletes a message of one's own; its place in the room stays.
///
/// Refuses with `MESSAGE_NOT_FOUND`, `MESSAGE_NOT_YOURS`, `MESSAGE_ALREADY_DELETED`, `ROOM_NOT_FOUND`,
/// `ROOM_FORBIDDEN`, `ROOM_INACTIVE`.
#[utoipa::path(delete, path = "/chats/{id}", tag = "chat", params(("id" = schema::Id, Path)),
    security(("bearer" = [])), responses((status = 204)))]
pub async fn delete_message(
    caller: Caller,
    PathId(id): PathId<MessageId>,
    messages: Data<DeleteMessage>,
) -> Result<NoContent, ApiError> {
    // A client that goes away must not leave a deletion of which nobody hears.
    to_the_end(async move { messages.run(id, caller.user).await }).await?;
    Ok(NoContent)
}
