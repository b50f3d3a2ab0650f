//! The lists and details that the application shows, each in one statement and one round trip.
//!
//! A list is `counted LEFT JOIN page`: how many entries match, in every row, beside an entry of the page.
//! So a page beyond the end still says how many there are. The page is made of ids out of an index first;
//! what is long is joined to those of the page only, and never sorted.
//!
//! A new query is a `const` statement with a line in `statements.rs`, which brings it to the test that
//! looks at its plan, and to the benchmarks.

mod columns;
mod maker;
mod open_plans;
mod plan;
mod point;
mod quote;
mod review;
mod statements;
mod user;

use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel_async::AsyncPgConnection;
use diesel_async::methods::LoadQuery;
use kernel::enums::Named;
use kernel::{PageOf, StoreError};

use crate::database::Postgres;
use crate::reads::SharedConnection;
use crate::row::{Stored, stored};
use crate::sql::Prepared;
use columns::{Columns, Read, Shown};

pub use statements::{PLANNING, ReadStatement, read_statements};

impl Postgres {
    /// What the only row of a query shows.
    async fn show<T, Q>(&self, query: Q) -> Result<Option<T>, StoreError>
    where
        T: Shown + Send + 'static,
        Prepared<Q>: LoadQuery<'static, SharedConnection, Read<T>> + Send + 'static,
    {
        let found = self.reads().find::<Read<T>, _>(Prepared(query)).await?;
        Ok(found.map(|Read(shown)| shown))
    }

    /// What each row of a query shows that has some numbers in a few rows.
    async fn show_few<T, Q>(&self, query: Q) -> Result<Vec<T>, StoreError>
    where
        T: Shown + Send + 'static,
        Prepared<Q>: LoadQuery<'static, SharedConnection, Read<T>> + Send + 'static,
    {
        let rows = self.reads().list::<Read<T>, _>(Prepared(query)).await?;
        Ok(rows.into_iter().map(|Read(shown)| shown).collect())
    }

    /// What each row of a query shows.
    async fn show_all<'q, T, Q>(&self, query: Q) -> Result<Vec<T>, StoreError>
    where
        T: Shown + Send + 'static,
        Prepared<Q>: LoadQuery<'q, AsyncPgConnection, Read<T>> + Send + 'q,
    {
        let rows = self.connection().await?.list::<Read<T>, _>(Prepared(query)).await?;
        Ok(rows.into_iter().map(|Read(shown)| shown).collect())
    }

    /// The page that a query answers as [`PageRow`]s.
    async fn show_page<'q, T, Q>(&self, query: Q) -> Result<PageOf<T>, StoreError>
    where
        T: Shown + Send + 'static,
        Prepared<Q>: LoadQuery<'q, AsyncPgConnection, Read<PageRow<i64, T>>> + Send + 'q,
    {
        let (total, list) = page_of(self.show_all(query).await?);
        Ok(PageOf { total: total.unwrap_or(0), list })
    }
}

/// A row of a list: what was counted of all entries, and an entry of the page unless that is empty.
struct PageRow<C, T> {
    counted: C,
    entry: Option<T>,
}

impl<C: Shown, T: Shown> Shown for PageRow<C, T> {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        let counted = C::read(columns)?;
        let entry = if columns.is_next_null() { None } else { Some(T::read(columns)?) };
        Ok(Self { counted, entry })
    }
}

impl Shown for i64 {
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        columns.number()
    }
}

/// What was counted, which every row says, and the entries.
fn page_of<C, T>(rows: Vec<PageRow<C, T>>) -> (Option<C>, Vec<T>) {
    let mut counted = None;
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        counted = Some(row.counted);
        list.extend(row.entry);
    }
    (counted, list)
}

/// The accepted variants; an empty list is no restriction, which are all of them.
fn any_of<E: Named>(accepted: &[E]) -> Vec<Stored<E>> {
    stored(if accepted.is_empty() { E::ALL } else { accepted })
}
