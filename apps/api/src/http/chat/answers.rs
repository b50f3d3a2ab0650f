//! How rooms and messages are shown, here and on sockets.

use application::chat::{MessageView, RoomView};
use chat::ChatType;
use kernel::{MessageId, PlanId, ProfileImage, RoomId, UserId};
use serde::Serialize;
use user::UserCard;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::json::Time;
use crate::http::schema;

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageAnswer {
    #[schema(value_type = schema::Id)]
    id: MessageId,
    created_at: Time,
    updated_at: Time,
    #[schema(value_type = schema::Id)]
    chat_room_id: RoomId,
    #[schema(value_type = schema::Id)]
    sender_id: UserId,
    #[serde(rename = "type")]
    #[schema(value_type = schema::ChatType)]
    chat_type: ChatType,
    /// The text; for a file an absolute URL that works for an hour without any header; for a deleted
    /// message a placeholder.
    #[schema(examples("안녕하세요!"))]
    content: String,
    is_deleted: bool,
    /// Its place in the room, from 1, with gaps.
    #[schema(minimum = 1)]
    seq: i64,
    /// The id that its sender's client gave it, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::Id>, nullable = false)]
    client_message_id: Option<Uuid>,
}

impl From<MessageView> for MessageAnswer {
    fn from(view: MessageView) -> Self {
        let MessageView { message, content } = view;
        let parts = message.parts();
        Self {
            id: parts.id,
            created_at: parts.created_at.into(),
            updated_at: parts.updated_at.into(),
            chat_room_id: parts.room,
            sender_id: parts.sender,
            chat_type: message.chat_type(),
            content,
            is_deleted: message.is_deleted(),
            seq: parts.seq,
            client_message_id: parts.client_message_id,
        }
    }
}

/// The room of a confirmed plan, in which its Dreamer and its Maker talk.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomAnswer {
    #[schema(value_type = schema::Id)]
    id: RoomId,
    created_at: Time,
    updated_at: Time,
    #[schema(value_type = schema::Id)]
    plan_id: PlanId,
    #[schema(examples("광장시장 한 바퀴"))]
    plan_title: String,
    /// Midnight in Seoul of the trip's day.
    #[schema(examples("2031-05-05T15:00:00.000Z"))]
    plan_trip_date: Time,
    /// In coconuts.
    #[schema(minimum = 1, examples(300))]
    quote_price: i64,
    /// Whether messages can be written; they can until the trip is completed.
    is_active: bool,
    /// The last text, `이미지` or `동영상` for a file, a placeholder for a deleted message.
    #[schema(required = true, examples("안녕하세요!"))]
    last_chat: Option<String>,
    /// The Dreamer and the Maker.
    users: Vec<RoomMemberAnswer>,
}

impl From<RoomView> for RoomAnswer {
    fn from(view: RoomView) -> Self {
        let RoomView { room, last_chat, users } = view;
        let (facts, progress) = (room.facts(), room.progress());
        Self {
            id: facts.id,
            created_at: progress.created_at.into(),
            updated_at: progress.updated_at.into(),
            plan_id: facts.plan,
            plan_title: facts.plan_title.clone(),
            plan_trip_date: facts.trip_date.midnight().into(),
            quote_price: facts.price.get(),
            is_active: progress.is_active,
            last_chat,
            users: users.into_iter().map(RoomMemberAnswer::from).collect(),
        }
    }
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomMemberAnswer {
    #[schema(value_type = schema::Id)]
    id: UserId,
    #[schema(examples("제주바다"))]
    nick_name: String,
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
}

impl From<UserCard> for RoomMemberAnswer {
    fn from(card: UserCard) -> Self {
        Self { id: card.id, nick_name: card.nick_name.into_string(), image: card.image }
    }
}
