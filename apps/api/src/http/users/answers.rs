//! How people are shown, here and wherever they are mentioned.

use application::queries::{MakerCard, UserName};
use kernel::{ProfileImage, ServiceArea, TripType, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::schema;

/// A user by name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NameAnswer {
    #[schema(value_type = schema::Id)]
    id: UserId,
    #[schema(examples("제주바다"))]
    nick_name: String,
}

impl From<UserName> for NameAnswer {
    fn from(name: UserName) -> Self {
        let UserName { id, nick_name } = name;
        Self { id, nick_name }
    }
}

/// A Maker with profile and statistics.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MakerCardAnswer {
    #[schema(value_type = schema::Id)]
    id: UserId,
    #[schema(examples("서울토박이"))]
    nick_name: String,
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
    /// A link to photographs, or a text in place of one.
    #[schema(examples("https://www.instagram.com/seoul.walks"))]
    gallery: String,
    /// What kinds of trips they guide.
    #[schema(value_type = Vec<schema::TripType>)]
    service_types: Vec<TripType>,
    /// Where they guide.
    #[schema(value_type = Vec<schema::ServiceArea>)]
    service_area: Vec<ServiceArea>,
    #[schema(examples("골목을 아는 사람"))]
    description: String,
    #[schema(examples("을지로에서 태어나 지금도 삽니다."))]
    detail_description: String,
    /// Whether the caller follows this Maker; false for a guest.
    is_followed: bool,
    /// From 1 to 5 with one decimal; 0 without reviews.
    #[schema(minimum = 0, maximum = 5, examples(4.7))]
    average_rating: f64,
    #[schema(minimum = 0)]
    total_reviews: i64,
    #[schema(minimum = 0)]
    total_follows: i64,
    /// How many of their quotes were confirmed.
    #[schema(minimum = 0)]
    total_confirms: i64,
}

impl From<MakerCard> for MakerCardAnswer {
    fn from(card: MakerCard) -> Self {
        let stats = card.stats;
        Self {
            id: stats.maker,
            nick_name: card.nick_name,
            image: card.image,
            gallery: card.gallery,
            service_types: card.service_types,
            service_area: card.service_areas,
            description: card.description,
            detail_description: card.detail_description,
            is_followed: card.is_followed,
            average_rating: stats.average_rating(),
            total_reviews: stats.total_reviews,
            total_follows: stats.total_follows,
            total_confirms: stats.total_confirms,
        }
    }
}
