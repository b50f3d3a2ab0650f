//! Empty stores.

use goforme_mongo::{Mongo, MongoConfig};
use mongodb::Client;
use mongodb::bson::{Document, Uuid};
use mongodb::{Collection, Database};
use secrecy::ExposeSecret;
use testkit::mongo::PrivateMongo;

/// What a store in a new database of the shared server is made with.
pub fn config() -> MongoConfig {
    config_of(PrivateMongo::shared())
}

/// What a store in a new database of this server is made with.
pub fn config_of(server: &PrivateMongo) -> MongoConfig {
    MongoConfig::new(server.uri().into(), server.unused_database())
}

/// A store in a new database of the shared server.
pub async fn store() -> Mongo {
    Mongo::connect(&config()).await.unwrap()
}

/// A hand in the database that a store of this configuration has.
pub struct Raw(Database);

impl Raw {
    pub async fn of(config: &MongoConfig) -> Self {
        let client = Client::with_uri_str(config.uri.expose_secret()).await.unwrap();
        Self(client.database(&config.database))
    }

    pub fn collection(&self, name: &str) -> Collection<Document> {
        self.0.collection(name)
    }

    pub async fn find(&self, collection: &str, id: Uuid) -> Document {
        self.collection(collection).find_one(mongodb::bson::doc! { "_id": id }).await.unwrap().unwrap()
    }

    pub async fn set(&self, collection: &str, id: Uuid, values: Document) {
        let change = mongodb::bson::doc! { "$set": values };
        let changed = self.collection(collection).update_one(mongodb::bson::doc! { "_id": id }, change).await;
        assert_eq!(changed.unwrap().matched_count, 1);
    }
}

/// An id as it is stored.
pub fn stored(id: uuid::Uuid) -> Uuid {
    Uuid::from_bytes(id.into_bytes())
}
