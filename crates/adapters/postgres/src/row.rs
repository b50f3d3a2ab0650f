//! Values of the domain as PostgreSQL keeps them.
//!
//! Ids are bare UUIDs, times `timestamptz`, days `date`; enums and lists of them are wrapped in
//! [`Stored`]. What comes out of the database is parsed again by the domain ([`parsed`]), and what it
//! rejects is a [`StoreError::Corrupt`].

use std::fmt::Display;
use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use kernel::StoreError;
use kernel::enums::Named;

use crate::schema::sql_types;

kernel::named_enum! {
    /// Whose account of coconuts it is.
    pub enum AccountKind {
        User = "USER",
        Escrow = "ESCROW",
        World = "WORLD",
    }
}

/// A variant of an enum, which the database knows by the same names in an enum of its own.
#[derive(Debug, Clone, Copy, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::AccountKind)]
#[diesel(sql_type = sql_types::OauthProvider)]
#[diesel(sql_type = sql_types::PaymentStatus)]
#[diesel(sql_type = sql_types::PlanStatus)]
#[diesel(sql_type = sql_types::PointEvent)]
#[diesel(sql_type = sql_types::ProfileImage)]
#[diesel(sql_type = sql_types::ServiceArea)]
#[diesel(sql_type = sql_types::TripType)]
#[diesel(sql_type = sql_types::UserRole)]
pub(crate) struct Stored<E>(pub(crate) E);

macro_rules! stored {
    ($($domain:ty => $sql_type:ident),* $(,)?) => {$(
        impl ToSql<sql_types::$sql_type, Pg> for Stored<$domain> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.0.as_str().as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<sql_types::$sql_type, Pg> for Stored<$domain> {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(Named::parse(str::from_utf8(value.as_bytes())?)?))
            }
        }
    )*};
}
stored! {
    AccountKind => AccountKind,
    kernel::OAuthProvider => OauthProvider,
    payment::PaymentStatus => PaymentStatus,
    kernel::PlanStatus => PlanStatus,
    kernel::PointEvent => PointEvent,
    kernel::ProfileImage => ProfileImage,
    kernel::ServiceArea => ServiceArea,
    kernel::TripType => TripType,
    kernel::Role => UserRole,
}

/// A list as it is written.
pub(crate) fn stored<E: Copy>(variants: &[E]) -> Vec<Stored<E>> {
    variants.iter().copied().map(Stored).collect()
}

/// A list as it was read.
pub(crate) fn variants<E>(stored: Vec<Stored<E>>) -> Vec<E> {
    stored.into_iter().map(|Stored(variant)| variant).collect()
}

/// What the domain makes of the value of `column`.
pub(crate) fn parsed<T, Raw>(column: &str, raw: Raw) -> Result<T, StoreError>
where
    T: TryFrom<Raw, Error: Display>,
{
    T::try_from(raw).map_err(|error| StoreError::corrupt(format!("{column} {error}")))
}

/// What the domain makes of the value of `column`, unless that is NULL.
pub(crate) fn parsed_or_null<T, Raw>(column: &str, raw: Option<Raw>) -> Result<Option<T>, StoreError>
where
    T: TryFrom<Raw, Error: Display>,
{
    raw.map(|raw| parsed(column, raw)).transpose()
}

/// A query's only column, when that is an id.
#[derive(diesel::QueryableByName)]
pub(crate) struct IdRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(crate) id: uuid::Uuid,
}

impl IdRow {
    /// The ids, as what they name.
    pub(crate) fn ids<I: From<uuid::Uuid>>(rows: Vec<Self>) -> Vec<I> {
        rows.into_iter().map(|row| row.id.into()).collect()
    }
}
