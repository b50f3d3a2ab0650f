//! How the server is reached, and how long anything about it may take.

use std::time::Duration;

use mongodb::options::{
    Acknowledgment, ClientOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use secrecy::{ExposeSecret, SecretString};

/// How the server is reached, and how long anything about it may take.
///
/// A request waits for `operation_timeout` at most for each thing it asks of the server, of which there are
/// up to four; whatever takes longer is answered as
/// [`StoreError::Unavailable`](kernel::StoreError::Unavailable).
#[derive(Debug, Clone)]
pub struct MongoConfig {
    /// `mongodb://user:password@host:port/?options` or `mongodb+srv://…`. What it says about timeouts, read
    /// and write concerns goes before what is said here. Amazon DocumentDB needs `retryWrites=false`.
    pub uri: SecretString,
    /// The database in which everything is.
    pub database: String,
    /// How long opening a connection may take; also, how soon a server that hangs is noticed.
    pub connect_timeout: Duration,
    /// How long a request waits for a server that takes writes, for instance while a new one is elected.
    pub server_selection_timeout: Duration,
    /// How long a request waits for an answer, the two above included.
    pub operation_timeout: Duration,
}

impl MongoConfig {
    /// The database of this name at `uri`, with seconds of patience.
    pub fn new(uri: SecretString, database: impl Into<String>) -> Self {
        Self {
            uri,
            database: database.into(),
            connect_timeout: Duration::from_secs(2),
            server_selection_timeout: Duration::from_secs(2),
            operation_timeout: Duration::from_secs(3),
        }
    }

    /// What is written is on the disks of most servers before it's answered, and only what is there can be
    /// read: so a change of the primary takes nothing back that anybody has seen. Everything is read from
    /// the primary, whatever the address says: on a secondary the last message of a room may not be there.
    pub(crate) async fn client_options(&self) -> Result<ClientOptions, MongoConfigError> {
        const NOT_IN_NAMES: [char; 7] = ['/', '\\', '.', ' ', '"', '$', '\0'];
        if self.database.is_empty() || self.database.contains(NOT_IN_NAMES) {
            return Err(MongoConfigError::Database(self.database.clone()));
        }
        let options = ClientOptions::parse(self.uri.expose_secret()).await;
        let mut options = options.map_err(MongoConfigError::Uri)?;
        options.app_name.get_or_insert_with(|| "goforme".to_owned());
        options.connect_timeout.get_or_insert(self.connect_timeout);
        options.server_selection_timeout.get_or_insert(self.server_selection_timeout);
        options.read_concern.get_or_insert_with(ReadConcern::majority);
        options
            .write_concern
            .get_or_insert_with(|| WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build());
        options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        Ok(options)
    }
}

/// A configuration that can't work.
#[derive(Debug, thiserror::Error)]
pub enum MongoConfigError {
    /// The address is no address, or has an option that is not known.
    #[error("the address of the MongoDB server can't be understood")]
    Uri(#[source] mongodb::error::Error),
    /// No database can be called that.
    #[error("{0:?} is no name for a database")]
    Database(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn options(uri: &str) -> ClientOptions {
        MongoConfig::new(uri.into(), "goforme").client_options().await.unwrap()
    }

    fn primary() -> SelectionCriteria {
        SelectionCriteria::ReadPreference(ReadPreference::Primary)
    }

    #[tokio::test]
    async fn by_default_nothing_is_answered_that_a_new_primary_might_not_have() {
        let options = options("mongodb://localhost").await;
        assert_eq!(options.read_concern, Some(ReadConcern::majority()));
        let written = options.write_concern.unwrap();
        assert_eq!((written.w, written.journal), (Some(Acknowledgment::Majority), Some(true)));
        assert_eq!(options.connect_timeout, Some(Duration::from_secs(2)));
        assert_eq!(options.server_selection_timeout, Some(Duration::from_secs(2)));
        assert_eq!(options.selection_criteria, Some(primary()));
    }

    /// As Amazon DocumentDB's console proposes it.
    #[tokio::test]
    async fn an_address_may_say_otherwise_except_about_secondaries() {
        let uri = "mongodb://localhost/?replicaSet=rs0&readPreference=secondaryPreferred&retryWrites=false\
                   &w=1&readConcernLevel=local&connectTimeoutMS=500";
        let options = options(uri).await;
        assert_eq!(options.read_concern, Some(ReadConcern::local()));
        assert_eq!(options.write_concern.unwrap().w, Some(Acknowledgment::Nodes(1)));
        assert_eq!(options.connect_timeout, Some(Duration::from_millis(500)));
        assert_eq!(options.retry_writes, Some(false));
        assert_eq!(options.selection_criteria, Some(primary()));
    }
}
