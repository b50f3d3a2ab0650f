//! The connection, its collections, and what went wrong.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use kernel::StoreError;
use mongodb::action::Find;
use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind, WriteFailure};
use mongodb::options::IndexOptions;
use mongodb::{Client, Collection, Database, IndexModel};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::config::{MongoConfig, MongoConfigError};
use crate::documents::{DeletionDocument, EntryDocument, MarkDocument, NotificationDocument, RoomDocument};

/// The document store. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Mongo {
    database: Database,
    operation_timeout: Duration,
    /// Whether this process has seen to the indexes.
    indexed: Arc<OnceCell<()>>,
}

impl Mongo {
    /// A store at the address of `config`. Nothing is asked of the server yet, so it need not be there;
    /// only a `mongodb+srv://` address is looked up.
    pub async fn connect(config: &MongoConfig) -> Result<Self, MongoConfigError> {
        let options = config.client_options().await?;
        let client = Client::with_options(options).map_err(MongoConfigError::Uri)?;
        Ok(Self {
            database: client.database(&config.database),
            operation_timeout: config.operation_timeout,
            indexed: Arc::default(),
        })
    }

    /// Makes the indexes that aren't there. Done by itself before anything is read or written, but better
    /// done at the start.
    pub async fn ensure_indexes(&self) -> Result<(), StoreError> {
        self.indexed.get_or_try_init(|| self.make_indexes()).await.copied()
    }

    /// Whether the server answers.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.within_patience(self.database.run_command(doc! { "ping": 1 })).await.map_err(unavailable)?;
        Ok(())
    }

    /// Takes leave of the server; nothing can be asked afterwards. Left to itself the driver does so after the last
    /// copy is dropped, in a task that panics if the process ends meanwhile.
    pub async fn close(&self) {
        let leaving = self.database.client().clone().shutdown();
        if tokio::time::timeout(self.operation_timeout, leaving.into_future()).await.is_err() {
            tracing::debug!("MongoDB was left without a word");
        }
    }

    async fn make_indexes(&self) -> Result<(), StoreError> {
        for (collection, keys, unique) in [
            ("chat_rooms", doc! { "plan": 1 }, true),
            ("chat_rooms", doc! { "members": 1, "head.newsAt": -1, "_id": -1 }, false),
            ("chat_messages", doc! { "room": 1, "seq": 1 }, true),
            ("chat_messages", doc! { "room": 1, "sendKey": 1 }, true),
            ("chat_reads", doc! { "room": 1, "user": 1, "seq": 1 }, true),
            ("notifications", doc! { "user": 1, "source": 1, "event": 1 }, true),
            ("notifications", doc! { "user": 1, "_id": 1 }, false),
        ] {
            let options = IndexOptions::builder().unique(unique.then_some(true)).build();
            let index = IndexModel::builder().keys(keys).options(options).build();
            let collection: Collection<Document> = self.database.collection(collection);
            self.within_patience(collection.create_index(index)).await.map_err(unavailable)?;
        }
        Ok(())
    }

    /// The rooms, each with a copy of where its log has got to.
    pub(crate) async fn rooms(&self) -> Result<Collection<RoomDocument>, StoreError> {
        self.collection("chat_rooms").await
    }

    /// The entries of all rooms' logs.
    pub(crate) async fn entries(&self) -> Result<Collection<EntryDocument>, StoreError> {
        self.collection("chat_messages").await
    }

    /// How far members have read; of several of one member the highest counts.
    pub(crate) async fn marks(&self) -> Result<Collection<MarkDocument>, StoreError> {
        self.collection("chat_reads").await
    }

    /// Which messages were deleted.
    pub(crate) async fn deletions(&self) -> Result<Collection<DeletionDocument>, StoreError> {
        self.collection("chat_deletions").await
    }

    pub(crate) async fn notifications(&self) -> Result<Collection<NotificationDocument>, StoreError> {
        self.collection("notifications").await
    }

    async fn collection<T: Send + Sync>(&self, name: &str) -> Result<Collection<T>, StoreError> {
        self.ensure_indexes().await?;
        Ok(self.database.collection(name))
    }

    /// Awaits an answer of the server. Inserts go through [`Self::insert`] instead.
    pub(crate) async fn ask<T>(
        &self,
        question: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> Result<T, StoreError> {
        self.within_patience(question).await.map_err(unavailable)
    }

    /// Everything that a search finds.
    pub(crate) async fn list<T>(&self, find: Find<'_, T>) -> Result<Vec<T>, StoreError>
    where
        T: DeserializeOwned + Send + Sync,
    {
        // More than any list has, so that one answer brings them all.
        let find = find.batch_size(2000);
        self.ask(async { find.await?.try_collect().await }).await
    }

    /// Adds the document, unless a unique index has one like it; answers whether it did.
    pub(crate) async fn insert<T>(&self, collection: &Collection<T>, document: &T) -> Result<bool, StoreError>
    where
        T: serde::Serialize + Send + Sync,
    {
        match self.within_patience(collection.insert_one(document)).await {
            Ok(_) => Ok(true),
            Err(Failed::Driver(error)) if is_duplicate(&error) => Ok(false),
            Err(failed) => Err(unavailable(failed)),
        }
    }

    /// The driver has no bound for a server that takes a command and never answers.
    async fn within_patience<T>(
        &self,
        question: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> Result<T, Failed> {
        match tokio::time::timeout(self.operation_timeout, question.into_future()).await {
            Ok(answer) => answer.map_err(|error| Failed::Driver(Box::new(error))),
            Err(_) => Err(Failed::TooSlow(self.operation_timeout)),
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Driver(Box<Error>),
    #[error("MongoDB did not answer within {0:?}")]
    TooSlow(Duration),
}

fn unavailable(failed: Failed) -> StoreError {
    match failed {
        Failed::Driver(error)
            if matches!(*error.kind, ErrorKind::Bson(_) | ErrorKind::BsonDeserialization(_)) =>
        {
            StoreError::corrupt(error.to_string())
        }
        failed => StoreError::unavailable(failed),
    }
}

fn is_duplicate(error: &Error) -> bool {
    const DUPLICATE_KEY: i32 = 11000;
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE_KEY,
        ErrorKind::Command(error) => error.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// Tries at something that others are at, too.
#[derive(Default)]
pub(crate) struct Attempts(u32);

impl Attempts {
    /// Far more than two members can get in each other's way.
    const MOST: u32 = 100;

    /// Notes that somebody else was first, and waits a moment. Fails once that has happened too often.
    pub(crate) async fn lost(&mut self) -> Result<(), StoreError> {
        self.0 += 1;
        if self.0 >= Self::MOST {
            return Err(StoreError::Contended("others were always first".into()));
        }
        // What others have inserted may have to reach most of the servers before it can be seen.
        tokio::time::sleep(Duration::from_millis(u64::from(self.0.min(10)))).await;
        Ok(())
    }
}
