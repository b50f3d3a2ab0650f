//! The schema and how a database gets it: the diesel migrations in `migrations/`, which are part of the
//! binary.

use diesel::RunQueryDsl;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use kernel::StoreError;

use crate::database::Postgres;

/// Every step, in order. Never change one that was released; add the next.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../../migrations");

/// A synchronous face of a connection, for threads that may block.
type Blocking = AsyncConnectionWrapper<AsyncPgConnection>;

/// What a step of migrating fails with.
type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Postgres {
    /// Brings the database to the newest schema; answers the names of the steps that it took. Of several
    /// processes that do this at once, one does it and the others wait for that.
    pub async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.migrating(|connection| {
            let taken = connection.run_pending_migrations(MIGRATIONS)?;
            Ok(taken.iter().map(ToString::to_string).collect())
        })
        .await
    }

    /// The names of the steps that the database has not taken yet. Until they are, most of what this store
    /// is asked fails.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        self.migrating(|connection| {
            let pending = connection.pending_migrations(MIGRATIONS)?;
            Ok(pending.iter().map(|step| step.name().to_string()).collect())
        })
        .await
    }

    /// Takes the latest step back, with all data that it brought; answers its name. For development.
    pub async fn undo_last_migration(&self) -> Result<String, StoreError> {
        self.migrating(|connection| Ok(connection.revert_last_migration(MIGRATIONS)?.to_string())).await
    }

    /// Runs `work` on a connection of its own, while nobody else migrates this database.
    async fn migrating<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Blocking) -> Result<T, Failure> + Send + 'static,
    {
        let connection = self.connector().connect_without_limits().await.map_err(StoreError::unavailable)?;
        let alone = move || {
            let mut connection = Blocking::from(connection);
            // Held until the connection is closed.
            diesel::sql_query("SELECT pg_advisory_lock(hashtext('goforme migrations'))")
                .execute(&mut connection)?;
            work(&mut connection)
        };
        tokio::task::spawn_blocking(alone)
            .await
            .map_err(StoreError::unavailable)?
            .map_err(StoreError::unavailable)
    }
}
