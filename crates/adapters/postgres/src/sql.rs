//! SQL that diesel's query builder has no words for.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId, SqlQuery};
use diesel::{QueryResult, sql_query};

/// A statement in SQL, to which values are bound by `bind::<SqlType, _>(value)`, in the order of `$1`,
/// `$2` …; one that answers rows is handed to a connection as `Prepared(query)`, and they are read by the
/// names of their columns.
pub(crate) fn sql(text: &'static str) -> SqlQuery {
    sql_query(text)
}

/// A statement that stays prepared for the next time. Diesel forgets those of `sql_query`, of UPDATEs and
/// of INSERTs with DO UPDATE, since it can't know whether their text is always another one. Ours come from
/// a small, fixed set.
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

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

#[cfg(test)]
pub(crate) mod testing {
    use testkit::postgres::PrivatePostgres;

    use crate::{Postgres, PostgresConfig};

    /// A store with nothing in it and one connection of each kind, which so keeps every statement.
    pub(crate) async fn store_with_one_connection() -> Postgres {
        let config = |url: String| PostgresConfig {
            pool_size: 1,
            shared_connections: 1,
            ..PostgresConfig::new(url.into())
        };
        let migrate = async |url| drop(Postgres::new(&config(url)).unwrap().migrate().await.unwrap());
        let url = PrivatePostgres::shared().fresh_database(migrate).await;
        Postgres::new(&config(url)).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use kernel::Transaction;
    use plan::HasPlans;
    use plan::testing::add_a_plan;
    use point::HasLedger;
    use point::testing::a_charge;

    use super::testing::store_with_one_connection;
    use super::*;
    use crate::database::PgTx;
    use crate::row::IdRow;

    /// How many statements like this are kept.
    async fn kept(tx: &mut PgTx, like: &'static str) -> usize {
        let kept = sql("SELECT gen_random_uuid() AS id FROM pg_prepared_statements WHERE statement LIKE $1")
            .bind::<diesel::sql_types::Text, _>(like);
        tx.conn.list::<IdRow, _>(Prepared(kept)).await.unwrap().len()
    }

    #[tokio::test]
    async fn the_statement_of_a_query_in_sql_is_kept() {
        const KEPT: &str = "SELECT gen_random_uuid() AS id";
        const FORGOTTEN: &str = "SELECT gen_random_uuid() AS id WHERE true";
        let mut tx = store_with_one_connection().await.transaction().await.unwrap();
        for _ in 0..3 {
            tx.conn.list::<IdRow, _>(Prepared(sql(KEPT))).await.unwrap();
            tx.conn.list::<IdRow, _>(sql(FORGOTTEN)).await.unwrap();
        }
        assert_eq!(kept(&mut tx, KEPT).await, 1);
        assert_eq!(kept(&mut tx, FORGOTTEN).await, 0);
        Box::new(tx).rollback().await.unwrap();
    }

    #[tokio::test]
    async fn the_statements_of_commands_are_kept_over_transactions() {
        let store = store_with_one_connection().await;
        for _ in 0..2 {
            let mut tx = store.transaction().await.unwrap();
            let plan = add_a_plan(&mut tx, |_| {}).await;
            tx.plans().save(&plan).await.unwrap();
            let _ = tx.ledger().post(&a_charge(plan.dreamer(), 1)).await.unwrap();
            Box::new(tx).commit().await.unwrap();
        }
        let mut tx = store.transaction().await.unwrap();
        for like in [
            "INSERT INTO%plans%",
            "UPDATE%plans%",
            "%INTO plan_assignees%",
            "INSERT INTO%point_transactions%",
            "INSERT INTO%point_accounts%",
            "INSERT INTO%point_entries%",
        ] {
            assert_eq!(kept(&mut tx, like).await, 1, "{like}");
        }
        Box::new(tx).rollback().await.unwrap();
    }
}
