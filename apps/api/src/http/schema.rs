//! Names for what the domain's types look like in JSON, for the OpenAPI document only. The domain knows
//! nothing of it, so a field says `#[schema(value_type = schema::PlanStatus)]` and a query parameter
//! `#[param(value_type = Option<schema::PlanStatus>)]`.

use std::borrow::Cow;

use kernel::enums::Named;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

macro_rules! schemas {
    ($($(#[$doc:meta])* $name:ident => $schema:expr;)*) => {
    $(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*

        /// All of them by name: the document always has them, since utoipa doesn't collect the schemas
        /// that only query parameters refer to.
        pub fn all() -> Vec<(String, RefOr<Schema>)> {
            vec![$((<$name as ToSchema>::name().into_owned(), <$name as PartialSchema>::schema())),*]
        }
    };
}
schemas! {
    /// Any of the typed ids.
    Id => ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .description(Some("An opaque id."));
    /// DREAMER, MAKER.
    Role => names::<kernel::Role>("What an account is for.");
    /// The kinds of trips.
    TripType => names::<kernel::TripType>("What kind of trip a plan is.");
    /// The regions of Korea.
    ServiceArea => names::<kernel::ServiceArea>("The region a plan is in, or a Maker serves.");
    /// The pictures that stand for users.
    ProfileImage => names::<kernel::ProfileImage>("The picture that stands for a user.");
    /// The states of a plan.
    PlanStatus => names::<kernel::PlanStatus>("Where a plan is in its life.");
    /// What a message is.
    ChatType => names::<chat::ChatType>("What a message is.");
    /// How far a payment is.
    PaymentStatus => names::<payment::PaymentStatus>("How far a payment is.");
    /// What notifications are about.
    NotificationEvent => names::<notification::NotificationEvent>("What a user is told of.");
    /// Why coconuts moved.
    PointEvent => names::<kernel::PointEvent>("Why coconuts moved.");
    /// LOCAL and the social ones.
    OAuthProvider => names::<kernel::OAuthProvider>("Who vouches for a user's identity.");
}

/// A string that is one of an enum's names.
pub fn names<E: Named>(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(E::ALL.iter().map(|name| name.as_str())))
        .description(Some(description))
}
