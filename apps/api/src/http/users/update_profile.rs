//! `PATCH /profile/update`: the profile of one's own kind.

use actix_web::web::Data;
use application::accounts::UpdateProfile;
use kernel::{Invalid, ProfileImage, Role, ServiceArea, TripType, Validation};
use serde::Deserialize;
use user::{Choices, Description, DetailDescription, Gallery, ProfileUpdate};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::profile::ProfileAnswer;
use crate::http::error::ApiError;
use crate::http::extract::{Caller, RawBody, body};
use crate::http::json::Json;
use crate::http::schema;

/// What to change of a Dreamer's profile; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DreamerProfileUpdateBody {
    #[schema(value_type = Option<schema::ProfileImage>)]
    image: Option<ProfileImage>,
    /// Where they like to go.
    #[schema(value_type = Option<Vec<schema::ServiceArea>>, min_items = 1)]
    service_area: Option<Vec<ServiceArea>>,
    /// What they like to do.
    #[schema(value_type = Option<Vec<schema::TripType>>, min_items = 1)]
    trip_types: Option<Vec<TripType>>,
}

/// What to change of a Maker's profile; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MakerProfileUpdateBody {
    #[schema(value_type = Option<schema::ProfileImage>)]
    image: Option<ProfileImage>,
    /// Where they guide.
    #[schema(value_type = Option<Vec<schema::ServiceArea>>, min_items = 1)]
    service_area: Option<Vec<ServiceArea>>,
    /// What kinds of trips they guide.
    #[schema(value_type = Option<Vec<schema::TripType>>, min_items = 1)]
    service_types: Option<Vec<TripType>>,
    /// A link to photographs, or a text in place of one.
    #[schema(min_length = 1, max_length = 2048, examples("https://www.instagram.com/seoul.walks"))]
    gallery: Option<String>,
    #[schema(min_length = 1, max_length = 500, examples("골목을 아는 사람"))]
    description: Option<String>,
    #[schema(min_length = 1, max_length = 5000, examples("을지로에서 태어나 지금도 삽니다."))]
    detail_description: Option<String>,
}

/// What to change of one's own kind of profile. What only the other kind has is ignored, whatever it is.
pub enum ProfileUpdateBody {
    Dreamer(DreamerProfileUpdateBody),
    Maker(MakerProfileUpdateBody),
}

impl ProfileUpdateBody {
    fn parse(bytes: &[u8], role: Role) -> Result<Self, Invalid> {
        Ok(match role {
            Role::Dreamer => Self::Dreamer(body::parse(bytes)?),
            Role::Maker => Self::Maker(body::parse(bytes)?),
        })
    }

    fn update(self) -> Result<ProfileUpdate, Invalid> {
        let mut check = Validation::default();
        let update = match self {
            Self::Dreamer(body) => ProfileUpdate {
                image: body.image,
                service_area: check.optional("serviceArea", body.service_area.map(Choices::try_from)),
                trip_types: check.optional("tripTypes", body.trip_types.map(Choices::try_from)),
                ..ProfileUpdate::default()
            },
            Self::Maker(body) => ProfileUpdate {
                image: body.image,
                service_area: check.optional("serviceArea", body.service_area.map(Choices::try_from)),
                service_types: check.optional("serviceTypes", body.service_types.map(Choices::try_from)),
                gallery: check.optional("gallery", body.gallery.map(Gallery::try_from)),
                description: check.optional("description", body.description.map(Description::try_from)),
                detail_description: check
                    .optional("detailDescription", body.detail_description.map(DetailDescription::try_from)),
                ..ProfileUpdate::default()
            },
        };
        check.finish()?;
        Ok(update)
    }
}

/// By hand, since a derived schema would demand that a body fits exactly one kind, and `{}` fits both.
impl PartialSchema for ProfileUpdateBody {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(DreamerProfileUpdateBody::name()))
            .item(Ref::from_schema_name(MakerProfileUpdateBody::name()))
            .description(Some("What to change of one's own kind of profile."))
            .into()
    }
}

impl ToSchema for ProfileUpdateBody {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((DreamerProfileUpdateBody::name().into(), DreamerProfileUpdateBody::schema()));
        DreamerProfileUpdateBody::schemas(schemas);
        schemas.push((MakerProfileUpdateBody::name().into(), MakerProfileUpdateBody::schema()));
        MakerProfileUpdateBody::schemas(schemas);
    }
}

/// Changes one's profile.
#[utoipa::path(patch, path = "/profile/update", tag = "users", request_body = ProfileUpdateBody,
    security(("bearer" = [])), responses((status = 200, body = ProfileAnswer)))]
pub async fn update_profile(
    caller: Caller,
    RawBody(bytes): RawBody,
    profiles: Data<UpdateProfile>,
) -> Result<Json<ProfileAnswer>, ApiError> {
    let update = ProfileUpdateBody::parse(&bytes, caller.role)?.update()?;
    let profile = profiles.run(caller.user, update).await?;
    Ok(Json(ProfileAnswer::of(caller.user, &profile)))
}

#[cfg(test)]
mod tests {
    use kernel::ErrorCode;

    use super::*;

    fn update(json: &str, role: Role) -> Result<ProfileUpdate, Invalid> {
        ProfileUpdateBody::parse(json.as_bytes(), role)?.update()
    }

    #[test]
    fn only_fields_of_ones_own_kind_are_looked_at() {
        let body = r#"{"tripTypes":[],"gallery":"","serviceArea":["JEJU"]}"#;
        let of_the_other = update(r#"{"tripTypes":["CULTURE"],"gallery":5}"#, Role::Dreamer).unwrap();
        assert!(of_the_other.trip_types.is_some() && of_the_other.gallery.is_none());
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
