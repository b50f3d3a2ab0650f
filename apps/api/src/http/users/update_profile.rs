//! `PATCH /profile/update`: the profile of one's own kind.

use actix_web::web::Data;
use application::accounts::UpdateProfile;
use kernel::{Invalid, ProfileImage, Role, ServiceArea, TripType, Validation};
use serde::Deserialize;
use user::{Choices, Description, DetailDescription, Gallery, ProfileUpdate};
use utoipa::ToSchema;

use super::profile::ProfileAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Caller};
use crate::http::json::Json;
use crate::http::schema;

/// What to change of a profile. What is left out stays; what only the other kind of profile has is
/// ignored.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileUpdateBody {
    #[schema(value_type = Option<schema::ProfileImage>)]
    image: Option<ProfileImage>,
    #[schema(value_type = Option<Vec<schema::ServiceArea>>, min_items = 1)]
    service_area: Option<Vec<ServiceArea>>,
    /// Of a Dreamer.
    #[schema(value_type = Option<Vec<schema::TripType>>, min_items = 1)]
    trip_types: Option<Vec<TripType>>,
    /// Of a Maker.
    #[schema(value_type = Option<Vec<schema::TripType>>, min_items = 1)]
    service_types: Option<Vec<TripType>>,
    /// Of a Maker.
    #[schema(min_length = 1, max_length = 2048, examples("https://www.instagram.com/seoul.walks"))]
    gallery: Option<String>,
    /// Of a Maker.
    #[schema(min_length = 1, max_length = 500, examples("골목을 아는 사람"))]
    description: Option<String>,
    /// Of a Maker.
    #[schema(min_length = 1, max_length = 5000, examples("을지로에서 태어나 지금도 삽니다."))]
    detail_description: Option<String>,
}

impl ProfileUpdateBody {
    /// What changes in a profile of this role.
    fn update(self, role: Role) -> Result<ProfileUpdate, Invalid> {
        let mut check = Validation::default();
        let mut update = ProfileUpdate {
            image: self.image,
            service_area: check.optional("serviceArea", self.service_area.map(Choices::try_from)),
            ..ProfileUpdate::default()
        };
        match role {
            Role::Dreamer => {
                update.trip_types = check.optional("tripTypes", self.trip_types.map(Choices::try_from));
            }
            Role::Maker => {
                update.service_types =
                    check.optional("serviceTypes", self.service_types.map(Choices::try_from));
                update.gallery = check.optional("gallery", self.gallery.map(Gallery::try_from));
                update.description =
                    check.optional("description", self.description.map(Description::try_from));
                update.detail_description = check
                    .optional("detailDescription", self.detail_description.map(DetailDescription::try_from));
            }
        }
        check.finish()?;
        Ok(update)
    }
}

/// Changes one's profile.
#[utoipa::path(patch, path = "/profile/update", tag = "users", request_body = ProfileUpdateBody,
    security(("bearer" = [])), responses((status = 200, body = ProfileAnswer)))]
pub async fn update_profile(
    caller: Caller,
    Body(body): Body<ProfileUpdateBody>,
    profiles: Data<UpdateProfile>,
) -> Result<Json<ProfileAnswer>, ApiError> {
    let profile = profiles.run(caller.user, body.update(caller.role)?).await?;
    Ok(Json(ProfileAnswer::of(caller.user, &profile)))
}

#[cfg(test)]
mod tests {
    use kernel::ErrorCode;

    use super::*;
    use crate::http::extract::body;

    fn update(json: &str, role: Role) -> Result<ProfileUpdate, Invalid> {
        body::parse::<ProfileUpdateBody>(json.as_bytes())?.update(role)
    }

    #[test]
    fn only_fields_of_ones_own_kind_are_looked_at() {
        let body = r#"{"tripTypes":[],"gallery":"","serviceArea":["JEJU"]}"#;
        let refused = |role| {
            let refused = update(body, role).unwrap_err();
            refused.fields().iter().map(|error| error.field.clone()).collect::<Vec<_>>()
        };
        assert_eq!(refused(Role::Dreamer), ["tripTypes"]);
        assert_eq!(refused(Role::Maker), ["gallery"]);
    }

    #[test]
    fn what_is_null_or_left_out_stays() {
        assert_eq!(update(r#"{"image":null}"#, Role::Maker), Ok(ProfileUpdate::default()));
        let update = update(r#"{"image":"DEFAULT_3","description":"d"}"#, Role::Maker).unwrap();
        assert_eq!(update.image, Some(ProfileImage::Default3));
        assert!(update.description.is_some() && update.gallery.is_none());
    }
}
