//! `POST /chatRooms/{id}/chats`: a file, or a text without a socket.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use application::bus::Origin;
use application::chat::{MessageViews, Outgoing, SendFile, SendMessage};
use chat::{ChatType, MessageContent, MessageText};
use kernel::{Invalid, RoomId, UserId, Validation};
use media::Rendition;
use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::answers::MessageAnswer;
use super::upload::{self, UploadFolder};
use crate::http::error::ApiError;
use crate::http::extract::{Body, Caller, PathId};
use crate::http::json::Created;
use crate::http::schema;
use crate::http::to_the_end::to_the_end;

/// A text to send.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewTextBody {
    #[serde(rename = "type")]
    #[schema(value_type = String, pattern = "^TEXT$", examples("TEXT"))]
    chat_type: ChatType,
    #[schema(min_length = 1, max_length = 5000, examples("안녕하세요!"))]
    content: String,
    /// The client's own id of the message. Sent again with the same one, it isn't stored again: the first
    /// message is the answer.
    #[schema(value_type = Option<schema::Id>)]
    client_message_id: Option<Uuid>,
}

impl NewTextBody {
    fn outgoing(self, room: RoomId, sender: UserId) -> Result<Outgoing, Invalid> {
        let mut check = Validation::default();
        if self.chat_type != ChatType::Text {
            check.refuse("type", "must be TEXT");
        }
        let text = check.field("content", MessageText::try_from(self.content));
        let client_message_id = self.client_message_id;
        check.build(|| {
            let content = MessageContent::Text(text?);
            Some(Outgoing { room, sender, content, client_message_id, origin: Origin::Http })
        })
    }
}

/// The form with a file, for the document only: it's read as it comes.
pub struct NewFileForm;

impl PartialSchema for NewFileForm {
    fn schema() -> RefOr<Schema> {
        let kind = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["IMAGE", "VIDEO"]))
            .description(Some("What the file is."));
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some("JPEG or PNG up to 5 MiB, MP4 or MOV up to 100 MiB, told by its bytes."));
        let form = ObjectBuilder::new()
            .property("type", kind)
            .property("file", file)
            .required("type")
            .required("file")
            .description(Some("A file to send; its parts in any order."));
        form.into()
    }
}

impl ToSchema for NewFileForm {
    fn name() -> Cow<'static, str> {
        "NewFileForm".into()
    }
}

/// A body that is not read before it's known what it is, and that its sender may send it.
pub struct Unread {
    request: HttpRequest,
    payload: Payload,
}

impl FromRequest for Unread {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl Unread {
    fn is(&self, content_type: &str) -> bool {
        self.request.content_type().eq_ignore_ascii_case(content_type)
    }
}

/// Sends a file, or a text without a socket.
///
/// The other member hears of it at once. Refuses with `ROOM_NOT_FOUND`, `ROOM_FORBIDDEN`,
/// `ROOM_INACTIVE`, `FILE_MISSING`, `FILE_TYPE_NOT_ALLOWED`, `FILE_TOO_LARGE`, `MESSAGES_TOO_FAST`.
#[utoipa::path(post, path = "/chatRooms/{id}/chats", tag = "chat", params(("id" = schema::Id, Path)),
    request_body(content((NewTextBody = "application/json"), (NewFileForm = "multipart/form-data"))),
    security(("bearer" = [])),
    responses((status = 201, description = "It is stored. A file is its original.", body = MessageAnswer)))]
pub async fn post_message(
    caller: Caller,
    PathId(room): PathId<RoomId>,
    mut body: Unread,
    files: Data<SendFile>,
    texts: Data<Arc<SendMessage>>,
    views: Data<MessageViews>,
    folder: Data<UploadFolder>,
) -> Result<Created<MessageAnswer>, ApiError> {
    let sender = caller.user;
    texts.check(room, sender).await?;
    let message = if body.is("multipart/form-data") {
        files.check(room, sender).await?;
        let file = upload::receive(body.request.headers(), body.payload, &folder.0).await?;
        // A client that goes away must not leave a file without its message.
        to_the_end(async move { files.run(room, sender, file.upload()).await }).await?
    } else if body.is("application/json") {
        let Body(text) = Body::<NewTextBody>::from_request(&body.request, &mut body.payload).await?;
        let outgoing = text.outgoing(room, sender)?;
        // Nor a message of which nobody hears.
        to_the_end(async move { texts.run(outgoing).await }).await?.message
    } else {
        let message = "must be multipart/form-data or application/json";
        return Err(Invalid::field("Content-Type", message).into());
    };
    Ok(Created(views.view(message, Rendition::Original).await?.into()))
}
