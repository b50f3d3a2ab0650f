//! The schema and how a database file gets it: numbered steps, each in a transaction of its own, with
//! SQLite's `user_version` as the number of the last one taken.

use rusqlite::Connection;

/// Every step, in order. Never change one that was released; add the next.
const STEPS: [&str; 1] = [include_str!("schema/0001_initial.sql")];

/// Brings the database to the newest schema.
pub(crate) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let taken: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (number, step) in (1_i64..).zip(STEPS) {
        if number > taken {
            let transaction = connection.transaction()?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
            tracing::info!(schema.version = number, "the SQLite schema was brought forward");
        }
    }
    Ok(())
}
