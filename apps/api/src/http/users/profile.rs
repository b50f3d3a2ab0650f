//! Profiles, as they are shown. The kind of profile is the kind of user.

use kernel::{ProfileImage, ServiceArea, Timestamp, TripType, UserId};
use serde::Serialize;
use user::{DreamerProfile, MakerProfile, Profile, ProfileDetails};
use utoipa::ToSchema;

use crate::http::json::Time;
use crate::http::schema;

/// The profile of a Dreamer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DreamerProfileAnswer {
    #[schema(value_type = schema::Id)]
    user_id: UserId,
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
    /// Where they like to go.
    #[schema(value_type = Vec<schema::ServiceArea>)]
    service_area: Vec<ServiceArea>,
    /// What they like to do.
    #[schema(value_type = Vec<schema::TripType>)]
    trip_types: Vec<TripType>,
    created_at: Time,
    updated_at: Time,
}

/// The profile of a Maker.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MakerProfileAnswer {
    #[schema(value_type = schema::Id)]
    user_id: UserId,
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
    /// Where they guide.
    #[schema(value_type = Vec<schema::ServiceArea>)]
    service_area: Vec<ServiceArea>,
    /// What kinds of trips they guide.
    #[schema(value_type = Vec<schema::TripType>)]
    service_types: Vec<TripType>,
    /// A link to photographs, or a text in place of one.
    #[schema(examples("https://www.instagram.com/seoul.walks"))]
    gallery: String,
    #[schema(examples("골목을 아는 사람"))]
    description: String,
    #[schema(examples("을지로에서 태어나 지금도 삽니다."))]
    detail_description: String,
    created_at: Time,
    updated_at: Time,
}

/// One's own profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ProfileAnswer {
    /// Of a Dreamer.
    Dreamer(DreamerProfileAnswer),
    /// Of a Maker.
    Maker(MakerProfileAnswer),
}

impl ProfileAnswer {
    /// How the profile of this user is shown.
    pub fn of(user_id: UserId, profile: &Profile) -> Self {
        let dates = (profile.created_at(), profile.updated_at());
        match profile.details().clone() {
            ProfileDetails::Dreamer(details) => Self::Dreamer(dreamer(user_id, details, dates)),
            ProfileDetails::Maker(details) => Self::Maker(maker(user_id, details, dates)),
        }
    }
}

fn dreamer(
    user_id: UserId,
    details: DreamerProfile,
    (created_at, updated_at): (Timestamp, Timestamp),
) -> DreamerProfileAnswer {
    let DreamerProfile { image, service_area, trip_types } = details;
    DreamerProfileAnswer {
        user_id,
        image,
        service_area: service_area.into_vec(),
        trip_types: trip_types.into_vec(),
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    }
}

fn maker(
    user_id: UserId,
    details: MakerProfile,
    (created_at, updated_at): (Timestamp, Timestamp),
) -> MakerProfileAnswer {
    let MakerProfile { image, service_area, service_types, gallery, description, detail_description } =
        details;
    MakerProfileAnswer {
        user_id,
        image,
        service_area: service_area.into_vec(),
        service_types: service_types.into_vec(),
        gallery: gallery.into_string(),
        description: description.into_string(),
        detail_description: detail_description.into_string(),
        created_at: created_at.into(),
        updated_at: updated_at.into(),
    }
}
