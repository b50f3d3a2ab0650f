//! Values of the domain as SQLite keeps them, and the few calls by which the modules of this crate speak
//! SQL.
//!
//! Ids are UUIDs as blobs, times whole milliseconds since 1970, days `YYYY-MM-DD`, enums their names,
//! lists of enums JSON arrays of names. Writing takes `to_uuid()`, [`millis`], `as_str()`, [`names_json`];
//! reading takes the functions that are named after what they read, with the column's name (or number,
//! where a list is long). What can't be read is a [`rusqlite::Error::FromSqlConversionFailure`], which the
//! caller of the store sees as `Corrupt`.

use std::error::Error;
use std::fmt;

use chrono::DateTime;
use kernel::enums::Named;
use kernel::{Coconuts, StoreError, Text, Timestamp, TripDate};
use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, Row, RowIndex};
use uuid::Uuid;

use crate::connection::Failure;

/// The first row of a query, read by `read`.
pub(crate) fn find<T, E: Into<Failure>>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose().map_err(Into::into)
}

/// Every row of a query, each read by `read`.
pub(crate) fn list<T, E: Into<Failure>>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, E>,
) -> Result<Vec<T>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row).map_err(Into::into)?);
    }
    Ok(all)
}

/// Runs a statement and answers how many rows it changed.
pub(crate) fn change(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(params)
}

/// Runs a statement that changes the row of `what`, which has to be there.
pub(crate) fn change_one(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    what: fmt::Arguments<'_>,
) -> Result<(), Failure> {
    match change(connection, sql, params)? {
        0 => Err(no_such(what)),
        _ => Ok(()),
    }
}

/// Whether a query has any row.
pub(crate) fn exists(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<bool> {
    connection.prepare_cached(sql)?.exists(params)
}

/// The caller was sure that `what` is stored, and it isn't.
pub(crate) fn no_such(what: fmt::Arguments<'_>) -> Failure {
    StoreError::corrupt(format!("there is no {what}")).into()
}

/// An id of whatever kind.
pub(crate) fn id<I: From<Uuid>>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<I> {
    row.get::<_, Uuid>(column).map(I::from)
}

/// An id, or NULL.
pub(crate) fn id_or_null<I: From<Uuid>>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<I>> {
    Ok(row.get::<_, Option<Uuid>>(column)?.map(I::from))
}

/// A time.
pub(crate) fn at(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Timestamp> {
    parsed(row, column, from_millis)
}

/// A time, or NULL.
pub(crate) fn at_or_null(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<Timestamp>> {
    parsed_or_null(row, column, from_millis)
}

/// A day.
pub(crate) fn day(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<TripDate> {
    parsed(row, column, |text: String| TripDate::try_from(text.as_str()))
}

/// A variant of an enum, by its name.
pub(crate) fn named<E: Named>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<E> {
    parsed(row, column, |name: String| E::parse(&name))
}

/// A variant of an enum, or NULL.
pub(crate) fn named_or_null<E: Named>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<E>> {
    parsed_or_null(row, column, |name: String| E::parse(&name))
}

/// A list of variants, by their names in a JSON array.
pub(crate) fn names<E: Named>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Vec<E>> {
    parsed(row, column, |json: String| -> Result<Vec<E>, Box<dyn Error + Send + Sync>> {
        let names: Vec<String> = serde_json::from_str(&json)?;
        names.iter().map(|name| E::parse(name).map_err(Into::into)).collect()
    })
}

/// A text with a limit.
pub(crate) fn text<const MAX: usize>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Text<MAX>> {
    parsed(row, column, |text: String| Text::try_from(text))
}

/// A text with a limit, or NULL.
pub(crate) fn text_or_null<const MAX: usize>(
    row: &Row<'_>,
    column: impl RowIndex,
) -> rusqlite::Result<Option<Text<MAX>>> {
    parsed_or_null(row, column, |text: String| Text::try_from(text))
}

/// An amount of coconuts.
pub(crate) fn coconuts(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Coconuts> {
    parsed(row, column, |amount: i64| Coconuts::try_from(amount))
}

/// Whatever `parse` makes of the column.
pub(crate) fn parsed<T, Raw: FromSql, E: Into<Box<dyn Error + Send + Sync>>>(
    row: &Row<'_>,
    column: impl RowIndex,
    parse: impl FnOnce(Raw) -> Result<T, E>,
) -> rusqlite::Result<T> {
    parse(row.get(column)?).map_err(|error| impossible(row, column, error.into()))
}

/// Whatever `parse` makes of the column, unless that is NULL.
pub(crate) fn parsed_or_null<T, Raw: FromSql, E: Into<Box<dyn Error + Send + Sync>>>(
    row: &Row<'_>,
    column: impl RowIndex,
    parse: impl FnOnce(Raw) -> Result<T, E>,
) -> rusqlite::Result<Option<T>> {
    let raw: Option<Raw> = row.get(column)?;
    raw.map(parse).transpose().map_err(|error| impossible(row, column, error.into()))
}

/// A time as it is written.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.timestamp_millis()
}

/// A list of variants as it is written.
pub(crate) fn names_json<E: Named>(variants: &[E]) -> String {
    variants.iter().map(|variant| variant.as_str()).collect::<serde_json::Value>().to_string()
}

fn from_millis(millis: i64) -> Result<Timestamp, &'static str> {
    DateTime::from_timestamp_millis(millis).ok_or("not a time")
}

/// The column holds what the domain rejects.
fn impossible(row: &Row<'_>, column: impl RowIndex, error: Box<dyn Error + Send + Sync>) -> rusqlite::Error {
    match column.idx(row.as_ref()).and_then(|index| Ok((index, row.get_ref(index)?.data_type()))) {
        Ok((index, stored_as)) => rusqlite::Error::FromSqlConversionFailure(index, stored_as, error),
        Err(no_such_column) => no_such_column,
    }
}
