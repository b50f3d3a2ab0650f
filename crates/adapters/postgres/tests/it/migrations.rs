//! The migrations, there and back.

use futures_util::future::join;
use goforme_postgres::Postgres;
use testkit::postgres::PrivatePostgres;

use crate::fresh::{config, intruder, store};

/// Everything in the database that is not PostgreSQL's own or an extension's.
const OBJECTS: &str = "
    SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relname NOT LIKE '\\_\\_diesel%' AND NOT EXISTS (SELECT FROM pg_depend
            WHERE objid = pg_class.oid AND deptype = 'e')
    UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    ORDER BY 1";

async fn objects(url: &str) -> Vec<String> {
    let rows = intruder(url).await.query(OBJECTS, &[]).await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).filter(|name| !name.contains("diesel")).collect()
}

#[tokio::test]
async fn every_migration_can_be_undone_and_done_again() {
    let url = PrivatePostgres::shared().empty_database().await;
    let store = Postgres::new(&config(url.clone())).unwrap();
    let all = store.pending_migrations().await.unwrap();
    assert!(!all.is_empty());
    assert_eq!(objects(&url).await, [""; 0]);

    assert_eq!(store.migrate().await.unwrap().len(), all.len());
    assert_eq!(store.pending_migrations().await.unwrap(), [""; 0]);
    let newest = objects(&url).await;

    for undone in 1..=all.len() {
        store.undo_last_migration().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap().len(), undone);
    }
    assert_eq!(objects(&url).await, [""; 0]);
    assert_eq!(store.migrate().await.unwrap().len(), all.len());
    assert_eq!(objects(&url).await, newest);
    store.ping().await.unwrap();
}

#[tokio::test]
async fn of_two_that_migrate_at_once_one_waits_for_the_other() {
    let url = PrivatePostgres::shared().empty_database().await;
    let (one, other) = (Postgres::new(&config(url.clone())).unwrap(), Postgres::new(&config(url)).unwrap());
    let (first, second) = join(one.migrate(), other.migrate()).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(first.is_empty(), second.is_empty());
}

#[tokio::test]
async fn a_database_that_is_up_to_date_is_left_alone() {
    let store = store().await;
    assert_eq!(store.migrate().await.unwrap(), [""; 0]);
}
