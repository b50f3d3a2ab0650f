//! SQL that diesel's query builder has no words for.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId, SqlQuery};
use diesel::sql_types::Untyped;
use diesel::{QueryResult, sql_query};

/// A query in SQL, to which values are bound by `bind::<SqlType, _>(value)`, in the order of `$1`, `$2` …;
/// hand it to a connection as `Prepared(query)`. Rows are read by the names of their columns.
pub(crate) fn sql(text: &'static str) -> SqlQuery {
    sql_query(text)
}

/// A query in SQL whose prepared statement is kept for the next time. Diesel forgets those of `sql_query`,
/// since it can't know whether the text is always another one. Ours come from a small, fixed set.
pub(crate) struct Prepared<Q>(pub(crate) Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Without an id of its own the statement is found by its text.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Prepared<Q> {
    type SqlType = Untyped;
}
