//! Between two writes a process may die, and a server that doesn't lock may lose an update. What the first
//! write has decided holds, and everybody sees it.

use chat::testing::{a_new_message, a_room, a_text, ids, now};
use chat::{Append, DeleteMessage, Message, MessageStore, NewMessage, OpenRoom, Room, RoomStore};
use goforme_mongo::Mongo;
use kernel::{Page, StoreError};
use mongodb::bson::{Document, doc};

use crate::fresh::{Raw, config, stored};

/// A store, a room in it, and a hand in its database.
struct Scene {
    store: Mongo,
    raw: Raw,
    room: Room,
}

impl Scene {
    async fn new() -> Self {
        let config = config();
        let store = Mongo::connect(&config).await.unwrap();
        let room = a_room();
        assert_eq!(store.open(&room).await.unwrap(), OpenRoom::Opened);
        Self { store, raw: Raw::of(&config).await, room }
    }

    async fn say(&self, text: &str) -> Message {
        let sender = self.room.facts().maker;
        let new = NewMessage { content: a_text(text), sender, ..a_new_message(&self.room) };
        match self.store.append(new).await.unwrap() {
            Append::Stored(message) => message,
            other => panic!("not stored: {other:?}"),
        }
    }

    async fn head(&self) -> Document {
        let room = self.raw.find("chat_rooms", stored(self.room.id().to_uuid())).await;
        room.get_document("head").unwrap().clone()
    }

    /// Makes the room's copy of its log's head what it was.
    async fn forget_since(&self, head: Document) {
        self.raw.set("chat_rooms", stored(self.room.id().to_uuid()), doc! { "head": head }).await;
    }

    async fn listed(&self) -> chat::RoomSummary {
        let page = Page::new(1, 10).unwrap();
        self.store.page_of(self.room.facts().dreamer, page).await.unwrap().list.remove(0)
    }
}

#[tokio::test]
async fn a_list_shows_a_message_that_the_room_did_not_hear_of_and_tells_it() {
    let scene = Scene::new().await;
    let before = scene.head().await;
    scene.say("하나").await;
    let last = scene.say("둘").await;
    scene.forget_since(before).await;

    let position = scene.store.all_of(scene.room.facts().dreamer, 10).await.unwrap().remove(0);
    assert_eq!((position.room.last_seq(), position.unread), (2, 2));
    assert_eq!(scene.head().await.get_i64("messages").unwrap(), 2);
    let listed = scene.listed().await;
    assert_eq!((listed.room.last_seq(), listed.last_message), (2, Some(last)));
}

#[tokio::test]
async fn a_page_shows_it_too_and_in_its_place() {
    let scene = Scene::new().await;
    let before = scene.head().await;
    let last = scene.say("하나").await;
    scene.forget_since(before).await;
    let listed = scene.listed().await;
    assert_eq!((listed.room.last_seq(), listed.last_message), (1, Some(last)));
    assert_eq!(scene.head().await.get_i64("messages").unwrap(), 1);
}

#[tokio::test]
async fn the_next_message_gets_the_next_number_whatever_the_room_has_heard_of() {
    let scene = Scene::new().await;
    let before = scene.head().await;
    scene.say("하나").await;
    scene.forget_since(before).await;
    assert_eq!(scene.store.append(a_new_message(&scene.room)).await.unwrap(), {
        let message = MessageStore::after(&scene.store, scene.room.id(), 1, 10).await.unwrap().remove(0);
        assert_eq!(message.seq(), 2);
        Append::Stored(message)
    });
    assert_eq!(scene.head().await.get_i64("messages").unwrap(), 2);
}

#[tokio::test]
async fn a_room_that_did_not_hear_of_its_end_is_closed_all_the_same() {
    let scene = Scene::new().await;
    scene.say("하나").await;
    let before = scene.head().await;
    let closed = scene.store.deactivate(scene.room.facts().plan, now()).await.unwrap().unwrap();
    assert!(!closed.is_active());
    scene.forget_since(before.clone()).await;

    assert_eq!(scene.store.append(a_new_message(&scene.room)).await.unwrap(), Append::RoomInactive);
    assert_eq!(RoomStore::find(&scene.store, scene.room.id()).await.unwrap().as_ref(), Some(&closed));
    assert_eq!(scene.listed().await.room, closed);
    assert!(scene.head().await.contains_key("closedAt"));

    scene.forget_since(before).await;
    assert_eq!(scene.store.deactivate(scene.room.facts().plan, now()).await.unwrap(), Some(closed));
    assert!(scene.head().await.contains_key("closedAt"));
}

#[tokio::test]
async fn a_deletion_that_was_decided_and_did_not_show_shows_when_it_is_repeated() {
    let scene = Scene::new().await;
    let message = scene.say("하나").await;
    let (id, at) = (message.id(), now() + chrono::TimeDelta::minutes(1));
    let decided = doc! { "_id": stored(id.to_uuid()), "at": mongodb::bson::DateTime::from_millis(at.timestamp_millis()) };
    scene.raw.collection("chat_deletions").insert_one(decided).await.unwrap();

    assert_eq!(scene.store.delete(id, now()).await.unwrap(), DeleteMessage::AlreadyDeleted);
    assert_eq!(MessageStore::find(&scene.store, id).await.unwrap(), Some(message.deleted(at)));
}

#[tokio::test]
async fn a_send_whose_answer_was_lost_is_not_stored_twice() {
    let scene = Scene::new().await;
    let new = a_new_message(&scene.room);
    let first = scene.store.append(new.clone()).await.unwrap();
    assert_eq!(scene.store.append(new).await.unwrap(), first);
    assert_eq!(RoomStore::find(&scene.store, scene.room.id()).await.unwrap().unwrap().last_seq(), 1);
}

#[tokio::test]
async fn a_document_that_can_not_be_is_a_fault_and_no_outage() {
    let scene = Scene::new().await;
    let message = scene.say("하나").await;
    scene.raw.set("chat_messages", stored(message.id().to_uuid()), doc! { "message.type": "SMELL" }).await;
    scene.raw.set("chat_rooms", stored(scene.room.id().to_uuid()), doc! { "members": "nobody" }).await;
    for failure in [
        MessageStore::find(&scene.store, message.id()).await.unwrap_err(),
        RoomStore::find(&scene.store, scene.room.id()).await.unwrap_err(),
    ] {
        assert!(matches!(failure, StoreError::Corrupt(_)), "{failure:?}");
    }
    assert_eq!(MessageStore::find(&scene.store, ids().next()).await.unwrap(), None);
}
