//! The lists and details that the application shows, read outside of the commands' transactions.
//!
//! A list is read in two steps: first which entries match, in what order and how many, as ids out of an
//! index; then everything about those of the page. So what is long is read for what is shown only, and
//! never sorted. A new query is a `const` statement (a fixed text, so that it is compiled once for each
//! connection) with a line in `statements.rs`, whose test keeps it from reading whole tables.

mod columns;
mod functions;
mod maker;
mod open_plans;
mod plan;
mod point;
mod quote;
mod review;
#[cfg(test)]
mod statements;
mod user;

use kernel::enums::Named;
use kernel::{Page, PageOf, StoreError};
use rusqlite::{Connection, Params};
use uuid::Uuid;

use crate::connection::Failure;
use crate::database::Sqlite;
use crate::row;
use columns::Columns;

pub(crate) use functions::register;

impl Sqlite {
    /// Runs the statements of one query, all of which see the same state of the database.
    async fn look<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        self.read(|connection| {
            row::change(connection, "BEGIN", [])?;
            let seen = query(connection);
            // Nothing was written, so this only ends the looking.
            row::change(connection, "COMMIT", [])?;
            seen
        })
        .await
    }
}

/// The ids in the first column of a query, of all its rows those on the page, and how many rows there are.
/// For queries whose condition is dear, so that it is tried once for each row and not again for the count.
fn ids_on(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    page: Page,
) -> Result<PageOf<Uuid>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let shown = page.offset()..page.offset() + page.limit();
    let mut matching = PageOf { total: 0, list: Vec::new() };
    while let Some(row) = rows.next()? {
        if shown.contains(&matching.total) {
            matching.list.push(row.get(0)?);
        }
        matching.total += 1;
    }
    Ok(matching)
}

/// A number that a query counts.
fn count(connection: &Connection, sql: &str, params: impl Params) -> Result<i64, Failure> {
    Ok(connection.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
}

/// How many there are of each variant of an enum.
fn counts<E: Named>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<(E, i64)>, Failure> {
    row::list(connection, sql, params, |row| {
        let mut columns = Columns::of(row);
        Ok::<_, Failure>((columns.named()?, columns.value()?))
    })
}

/// Ids for `json_each`, to be turned back by `unhex`.
fn ids_json(ids: &[Uuid]) -> String {
    ids.iter().map(|id| id.simple().to_string()).collect::<serde_json::Value>().to_string()
}

/// The accepted variants for `json_each`; an empty list is no restriction, which is NULL.
fn any_of<E: Named>(accepted: &[E]) -> Option<String> {
    (!accepted.is_empty()).then(|| row::names_json(accepted))
}
