//! Rows read from left to right.

use application::queries::UserName;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::row::{Field, NamedRow, Row};
use diesel::sql_types::{Array, BigInt, Bool, Date, Record, Text, Timestamptz, Uuid as SqlUuid};
use kernel::{Timestamp, TripDate, UserId};
use uuid::Uuid;

use crate::row::{Stored, variants};

/// What a row shows.
pub(super) trait Shown: Sized {
    /// Reads as many columns as it needs.
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self>;
}

/// A row whose columns are read one after the other, as the statement selects them: lists have many rows,
/// and looking columns up by name takes longer than reading them.
pub(super) struct Columns<'r, R> {
    row: &'r R,
    next: usize,
}

impl<'a, R: Row<'a, Pg>> Columns<'_, R> {
    /// Reads the next column, which is of the type `ST` in the database.
    pub(super) fn value<ST, T: FromSql<ST, Pg>>(&mut self) -> deserialize::Result<T> {
        let column = self.next;
        self.next += 1;
        self.row.get_value::<ST, T, usize>(column)
    }

    /// Whether there is nothing in the next column, which is not read by this.
    pub(super) fn is_next_null(&self) -> bool {
        self.row.get(self.next).is_none_or(|field| field.is_null())
    }

    pub(super) fn id<I: From<Uuid>>(&mut self) -> deserialize::Result<I> {
        Ok(self.value::<SqlUuid, Uuid>()?.into())
    }

    pub(super) fn id_or_null<I: From<Uuid>>(&mut self) -> deserialize::Result<Option<I>> {
        Ok(self.value::<diesel::sql_types::Nullable<SqlUuid>, Option<Uuid>>()?.map(I::from))
    }

    pub(super) fn text(&mut self) -> deserialize::Result<String> {
        self.value::<Text, _>()
    }

    pub(super) fn text_or_null(&mut self) -> deserialize::Result<Option<String>> {
        self.value::<diesel::sql_types::Nullable<Text>, _>()
    }

    pub(super) fn number(&mut self) -> deserialize::Result<i64> {
        self.value::<BigInt, _>()
    }

    pub(super) fn flag(&mut self) -> deserialize::Result<bool> {
        self.value::<Bool, _>()
    }

    pub(super) fn at(&mut self) -> deserialize::Result<Timestamp> {
        self.value::<Timestamptz, _>()
    }

    pub(super) fn day(&mut self) -> deserialize::Result<TripDate> {
        Ok(self.value::<Date, chrono::NaiveDate>()?.into())
    }

    /// A variant of an enum, which is of the type `ST` in the database.
    pub(super) fn named<ST, E>(&mut self) -> deserialize::Result<E>
    where
        Stored<E>: FromSql<ST, Pg>,
    {
        let Stored(variant) = self.value::<ST, Stored<E>>()?;
        Ok(variant)
    }

    /// A list of variants.
    pub(super) fn names<ST: 'static, E>(&mut self) -> deserialize::Result<Vec<E>>
    where
        Stored<E>: FromSql<ST, Pg>,
    {
        Ok(variants(self.value::<Array<ST>, Vec<Stored<E>>>()?))
    }

    /// A list of ids with nicknames.
    pub(super) fn user_names(&mut self) -> deserialize::Result<Vec<UserName>> {
        let users = self.value::<Array<Record<(SqlUuid, Text)>>, Vec<(Uuid, String)>>()?;
        Ok(users.into_iter().map(|(id, nick_name)| UserName { id: UserId::from(id), nick_name }).collect())
    }
}

/// A row, read as what it shows.
pub(super) struct Read<T>(pub T);

impl<T: Shown> QueryableByName<Pg> for Read<T> {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        T::read(&mut Columns { row, next: 0 }).map(Self)
    }
}
