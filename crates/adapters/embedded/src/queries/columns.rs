//! Rows read from left to right.

use application::queries::UserName;
use kernel::enums::Named;
use kernel::{Timestamp, TripDate, UserId};
use rusqlite::Row;
use rusqlite::types::FromSql;
use uuid::Uuid;

use crate::row;

/// A row whose columns are read one after the other, as the statement selects them: lists have many rows,
/// and looking columns up by name takes longer than reading them.
pub(super) struct Columns<'row, 'statement> {
    row: &'row Row<'statement>,
    next: usize,
}

impl<'row, 'statement> Columns<'row, 'statement> {
    /// The columns of `row` from the first one on.
    pub(super) fn of(row: &'row Row<'statement>) -> Self {
        Self { row, next: 0 }
    }

    /// Reads the next column by `read`.
    fn advance<T>(
        &mut self,
        read: impl FnOnce(&Row<'_>, usize) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let column = self.next;
        self.next += 1;
        read(self.row, column)
    }

    /// A value that SQLite has as it is.
    pub(super) fn value<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.advance(|row, column| row.get(column))
    }

    pub(super) fn id<I: From<Uuid>>(&mut self) -> rusqlite::Result<I> {
        self.advance(|row, column| row::id(row, column))
    }

    pub(super) fn id_or_null<I: From<Uuid>>(&mut self) -> rusqlite::Result<Option<I>> {
        self.advance(|row, column| row::id_or_null(row, column))
    }

    pub(super) fn at(&mut self) -> rusqlite::Result<Timestamp> {
        self.advance(row::at)
    }

    pub(super) fn day(&mut self) -> rusqlite::Result<TripDate> {
        self.advance(row::day)
    }

    pub(super) fn named<E: Named>(&mut self) -> rusqlite::Result<E> {
        self.advance(|row, column| row::named(row, column))
    }

    pub(super) fn names<E: Named>(&mut self) -> rusqlite::Result<Vec<E>> {
        self.advance(|row, column| row::names(row, column))
    }

    /// Users as a JSON array of ids with nicknames.
    pub(super) fn user_names(&mut self) -> rusqlite::Result<Vec<UserName>> {
        let listed: Vec<(UserId, String)> =
            self.advance(|row, column| row::parsed(row, column, |json: String| serde_json::from_str(&json)))?;
        Ok(listed.into_iter().map(|(id, nick_name)| UserName { id, nick_name }).collect())
    }
}
