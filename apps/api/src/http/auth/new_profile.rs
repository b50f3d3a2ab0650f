//! The profile that a newcomer brings. Its fields are called `profile.…`.

use kernel::{ProfileImage, ServiceArea, TripType, Validation};
use serde::Deserialize;
use user::{Choices, Description, DetailDescription, DreamerProfile, Gallery, MakerProfile, ProfileDetails};
use utoipa::ToSchema;

use crate::http::schema;

/// The profile with which a Dreamer signs up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewDreamerProfile {
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
    /// What they like to do.
    #[schema(value_type = Vec<schema::TripType>, min_items = 1)]
    trip_types: Vec<TripType>,
    /// Where they like to go.
    #[schema(value_type = Vec<schema::ServiceArea>, min_items = 1)]
    service_area: Vec<ServiceArea>,
}

impl NewDreamerProfile {
    /// What the profile says, unless something is wrong with it.
    pub fn details(self, check: &mut Validation) -> Option<ProfileDetails> {
        let trip_types = check.field("profile.tripTypes", Choices::try_from(self.trip_types));
        let service_area = check.field("profile.serviceArea", Choices::try_from(self.service_area));
        Some(ProfileDetails::Dreamer(DreamerProfile {
            image: self.image,
            service_area: service_area?,
            trip_types: trip_types?,
        }))
    }
}

/// The profile with which a Maker signs up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewMakerProfile {
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
    /// What kinds of trips they guide.
    #[schema(value_type = Vec<schema::TripType>, min_items = 1)]
    service_types: Vec<TripType>,
    /// Where they guide.
    #[schema(value_type = Vec<schema::ServiceArea>, min_items = 1)]
    service_area: Vec<ServiceArea>,
    /// A link to photographs, or a text in place of one.
    #[schema(min_length = 1, max_length = 2048, examples("https://www.instagram.com/seoul.walks"))]
    gallery: String,
    #[schema(min_length = 1, max_length = 500, examples("골목을 아는 사람"))]
    description: String,
    #[schema(min_length = 1, max_length = 5000, examples("을지로에서 태어나 지금도 삽니다."))]
    detail_description: String,
}

impl NewMakerProfile {
    /// What the profile says, unless something is wrong with it.
    pub fn details(self, check: &mut Validation) -> Option<ProfileDetails> {
        let service_types = check.field("profile.serviceTypes", Choices::try_from(self.service_types));
        let service_area = check.field("profile.serviceArea", Choices::try_from(self.service_area));
        let gallery = check.field("profile.gallery", Gallery::try_from(self.gallery));
        let description = check.field("profile.description", Description::try_from(self.description));
        let detail_description =
            check.field("profile.detailDescription", DetailDescription::try_from(self.detail_description));
        Some(ProfileDetails::Maker(MakerProfile {
            image: self.image,
            service_area: service_area?,
            service_types: service_types?,
            gallery: gallery?,
            description: description?,
            detail_description: detail_description?,
        }))
    }
}
