//! A server that is gone, or hangs, and comes back.

use std::time::Duration;

use chat::testing::{a_new_message, a_room};
use chat::{Append, Message, MessageStore, OpenRoom, Room, RoomStore};
use goforme_mongo::{Mongo, MongoConfig};
use kernel::StoreError;
use notification::testing::a_notification;
use notification::{AddNotification, NotificationStore};
use testkit::eventually;
use testkit::mongo::PrivateMongo;
use tokio::time::timeout;

use crate::fresh::config_of;

/// What a request waits at most, and some for a machine that compiles at the same time.
const PATIENCE: Duration = Duration::from_secs(5);

/// A new database on this server, reached with little patience.
fn impatient(server: &PrivateMongo) -> MongoConfig {
    let moment = Duration::from_millis(500);
    MongoConfig {
        connect_timeout: moment,
        server_selection_timeout: moment,
        operation_timeout: moment * 2,
        ..config_of(server)
    }
}

async fn assert_unavailable<T: std::fmt::Debug>(answer: impl Future<Output = Result<T, StoreError>>) {
    let answer = timeout(PATIENCE, answer).await.unwrap();
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

/// A store on a server of its own, with a room and a message in it.
async fn a_conversation(server: &PrivateMongo) -> (Mongo, Room, Message) {
    let (store, room) = (Mongo::connect(&impatient(server)).await.unwrap(), a_room());
    assert_eq!(store.open(&room).await.unwrap(), OpenRoom::Opened);
    let message = say(&store, &room).await.unwrap();
    (store, room, message)
}

async fn say(store: &Mongo, room: &Room) -> Result<Message, StoreError> {
    match store.append(a_new_message(room)).await? {
        Append::Stored(message) => Ok(message),
        other => panic!("not stored: {other:?}"),
    }
}

async fn assert_nothing_works(store: &Mongo, room: &Room) {
    assert_unavailable(say(store, room)).await;
    assert_unavailable(RoomStore::find(store, room.id())).await;
    assert_unavailable(store.add(&a_notification(room.facts().maker))).await;
    assert_unavailable(store.check()).await;
}

/// Waits until the store works again, and sees that nothing was lost.
async fn assert_everything_works(store: &Mongo, room: &Room, before: &Message) {
    let after = eventually("the store works again", || async { say(store, room).await.ok() }).await;
    let messages = MessageStore::after(store, room.id(), 0, 10).await.unwrap();
    assert_eq!((messages.first(), messages.last()), (Some(before), Some(&after)));
    let notification = a_notification(room.facts().maker);
    assert_eq!(store.add(&notification).await.unwrap(), AddNotification::Added);
    store.check().await.unwrap();
}

#[tokio::test]
async fn while_the_server_is_gone_requests_fail_in_time_and_then_all_is_there_again() {
    let server = PrivateMongo::start();
    let (store, room, message) = a_conversation(&server).await;
    server.stop();
    assert_nothing_works(&store, &room).await;
    server.start_again();
    assert_everything_works(&store, &room, &message).await;
}

#[tokio::test]
async fn a_server_that_hangs_is_like_one_that_is_gone() {
    let server = PrivateMongo::start();
    let (store, room, message) = a_conversation(&server).await;
    server.pause();
    assert_nothing_works(&store, &room).await;
    server.resume();
    assert_everything_works(&store, &room, &message).await;
}

#[tokio::test]
async fn a_store_whose_server_comes_later_makes_its_indexes_then() {
    let server = PrivateMongo::start();
    server.stop();
    let store = Mongo::connect(&impatient(&server)).await.unwrap();
    assert_unavailable(store.ensure_indexes()).await;
    server.start_again();
    let room = a_room();
    let opened = eventually("the room opens", || async { store.open(&room).await.ok() }).await;
    assert_eq!(opened, OpenRoom::Opened);
    let again = Room::open(
        chat::RoomFacts { id: chat::testing::ids().next(), ..room.facts().clone() },
        chat::testing::now(),
    );
    assert_eq!(store.open(&again).await.unwrap(), OpenRoom::AlreadyOpen(room));
}

#[tokio::test]
async fn leave_is_taken_of_a_server_that_answers_hangs_or_is_gone() {
    let server = PrivateMongo::start();
    let [well, hanging, gone] =
        [a_conversation(&server).await.0, a_conversation(&server).await.0, a_conversation(&server).await.0];
    timeout(PATIENCE, well.close()).await.unwrap();
    assert_unavailable(well.check()).await;
    server.pause();
    timeout(PATIENCE, hanging.close()).await.unwrap();
    server.resume();
    server.stop();
    timeout(PATIENCE, gone.close()).await.unwrap();
}

#[tokio::test]
async fn an_address_where_nobody_is_costs_no_more_than_the_patience() {
    let store = Mongo::connect(&MongoConfig::new("mongodb://127.0.0.1:1".into(), "goforme")).await.unwrap();
    assert_unavailable(store.check()).await;
}
