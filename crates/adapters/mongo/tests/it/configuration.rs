//! What can't work is refused at the start; what isn't there yet, isn't.

use goforme_mongo::{Mongo, MongoConfig, MongoConfigError};
use mongodb::bson::doc;

use crate::fresh::{Raw, config};

async fn refusal(uri: &str, database: &str) -> MongoConfigError {
    Mongo::connect(&MongoConfig::new(uri.into(), database)).await.unwrap_err()
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for uri in ["", "localhost", "postgres://localhost", "mongodb://localhost/?w=-1"] {
        assert!(matches!(refusal(uri, "goforme").await, MongoConfigError::Uri(_)), "{uri}");
    }
}

#[tokio::test]
async fn a_name_that_no_database_can_have_is_refused() {
    for name in ["", "a.b", "a b", "a/b", "$a"] {
        let refusal = refusal("mongodb://localhost", name).await;
        assert!(matches!(refusal, MongoConfigError::Database(refused) if refused == name));
    }
}

#[tokio::test]
async fn a_password_is_not_shown() {
    let config = MongoConfig::new("mongodb://goforme:secret@localhost".into(), "goforme");
    assert!(!format!("{config:?}").contains("secret"));
    let store = Mongo::connect(&config).await.unwrap();
    assert!(!format!("{store:?}").contains("secret"));
}

#[tokio::test]
async fn the_indexes_are_made_once_and_found_again() {
    let config = config();
    for _ in 0..2 {
        Mongo::connect(&config).await.unwrap().ensure_indexes().await.unwrap();
    }
    let raw = Raw::of(&config).await;
    for (collection, count) in
        [("chat_rooms", 3), ("chat_messages", 3), ("chat_reads", 2), ("notifications", 3)]
    {
        assert_eq!(raw.collection(collection).list_index_names().await.unwrap().len(), count, "{collection}");
    }
}

#[tokio::test]
async fn no_place_in_a_room_is_given_twice_whoever_gives_it() {
    let config = config();
    Mongo::connect(&config).await.unwrap().ensure_indexes().await.unwrap();
    let entries = Raw::of(&config).await.collection("chat_messages");
    entries.insert_one(doc! { "room": 1, "seq": 1, "sendKey": "a" }).await.unwrap();
    entries.insert_one(doc! { "room": 1, "seq": 1, "sendKey": "b" }).await.unwrap_err();
    entries.insert_one(doc! { "room": 1, "seq": 2, "sendKey": "a" }).await.unwrap_err();
    entries.insert_one(doc! { "room": 2, "seq": 1, "sendKey": "a" }).await.unwrap();
}
