use std::sync::Arc;
use std::time::Duration;

use application::bus::{Bus, Origin, Signal};
use async_trait::async_trait;
use chat::Message;
use kernel::{RoomId, Timestamp};
use serde_json::{Value, json};

use super::lab::Lab;
use super::{Answer, get, post};
use actix_web::test::TestRequest;
use tokio::sync::{Notify, broadcast};
use tokio::time::timeout;

const UNKNOWN: &str = "0197c1f0-7a3c-7e21-b1d5-3f8f0c2a9e11";

async fn say(lab: &Lab, caller: &str, body: &Value) -> Answer {
    let request = post(&format!("/chatRooms/{}/chats", lab.room.id()), &body.to_string())
        .insert_header(("Content-Type", "application/json; charset=utf-8"));
    lab.call(caller, request).await
}

async fn text(lab: &Lab, caller: &str, content: &str) -> Value {
    let answer = say(lab, caller, &json!({ "type": "TEXT", "content": content })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn delete(lab: &Lab, caller: &str, message: &str) -> Answer {
    lab.call(caller, TestRequest::delete().uri(&format!("/chats/{message}"))).await
}

fn id(message: &Value) -> &str {
    message["id"].as_str().unwrap()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[actix_web::test]
async fn a_text_is_stored_answered_and_told_to_whoever_listens() {
    let lab = Lab::new().await;
    let mut signals = lab.opened.ports.bus.subscribe();
    let client_id = UNKNOWN;
    let body = json!({ "type": "TEXT", "content": "안녕하세요!", "clientMessageId": client_id, "senderId": UNKNOWN });
    let first = say(&lab, "dreamer", &body).await;
    assert_eq!(first.status, 201);
    let message = first.json();
    let expected = json!({
        "id": message["id"], "createdAt": message["createdAt"], "updatedAt": message["createdAt"],
        "chatRoomId": lab.room.id(), "senderId": lab.dreamer.id(), "type": "TEXT",
        "content": "안녕하세요!", "isDeleted": false, "seq": 1, "clientMessageId": client_id,
    });
    assert_eq!(message, expected);
    let again = say(&lab, "dreamer", &body).await;
    assert_eq!((again.status, again.json()), (201, message.clone()));
    // Told again, too: whoever was first may have died in between.
    for _ in 0..2 {
        match &*signals.recv().await.unwrap() {
            Signal::MessageStored { message: told, origin: Origin::Http, .. } => {
                assert_eq!(told.id().to_string(), id(&message));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[actix_web::test]
async fn what_is_no_text_is_refused_with_its_field() {
    let lab = Lab::new().await;
    for (body, field) in [
        (json!({ "type": "IMAGE", "content": "x" }), "type"),
        (json!({ "type": "text", "content": "x" }), "type"),
        (json!({ "content": "x" }), "type"),
        (json!({ "type": "TEXT", "content": "" }), "content"),
        (json!({ "type": "TEXT", "content": "x".repeat(5001) }), "content"),
        (json!({ "type": "TEXT", "content": "x", "clientMessageId": "1" }), "clientMessageId"),
    ] {
        assert_eq!(say(&lab, "dreamer", &body).await.field_error().0, field, "{body}");
    }
    let path = format!("/chatRooms/{}/chats", lab.room.id());
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x", ""]
    {
        let request = post(&path, "{}").insert_header(("Content-Type", content_type));
        assert_eq!(lab.call("dreamer", request).await.field_error().0, "Content-Type", "{content_type}");
    }
}

#[actix_web::test]
async fn only_members_write_and_only_while_the_room_is_open() {
    let lab = Lab::new().await;
    // Whoever may not write is not told what is wrong with the message.
    let bad = json!({ "type": "?" });
    assert_eq!(say(&lab, "stranger", &bad).await.refusal(), refused(403, "ROOM_FORBIDDEN"));
    let unknown = post(&format!("/chatRooms/{UNKNOWN}/chats"), "{}");
    assert_eq!(lab.call("dreamer", unknown).await.refusal(), refused(404, "ROOM_NOT_FOUND"));
    let malformed = post("/chatRooms/my-room/chats", "{}");
    assert_eq!(lab.call("dreamer", malformed).await.refusal(), refused(404, "ROOM_NOT_FOUND"));
    let sent = json!({ "type": "TEXT", "content": "x", "clientMessageId": UNKNOWN });
    let message = say(&lab, "dreamer", &sent).await.json();
    let closed = lab.opened.ports.rooms.deactivate(lab.room.facts().plan, now(&lab)).await.unwrap();
    assert!(!closed.unwrap().is_active());
    let late = json!({ "type": "TEXT", "content": "x" });
    assert_eq!(say(&lab, "dreamer", &late).await.refusal(), refused(400, "ROOM_INACTIVE"));
    // What was stored before the end is answered after it.
    let again = say(&lab, "dreamer", &sent).await;
    assert_eq!((again.status, &again.json()), (201, &message));
    assert_eq!(delete(&lab, "dreamer", id(&message)).await.refusal(), refused(400, "ROOM_INACTIVE"));
}

fn now(lab: &Lab) -> Timestamp {
    lab.opened.clock.now()
}

#[actix_web::test]
async fn rooms_are_shown_with_their_members_and_their_last_message() {
    let lab = Lab::new().await;
    let rooms = lab.call("maker", get("/chatRooms")).await.json();
    assert_eq!((&rooms["totalCount"], &rooms["list"][0]["lastChat"]), (&json!(1), &Value::Null));
    text(&lab, "dreamer", "안녕하세요!").await;

    let room = lab.call("maker", get(&format!("/chatrooms/{}/", lab.room.id()))).await.json();
    let facts = lab.room.facts();
    let member = |user: &user::User| {
        let profile_image =
            room["users"].as_array().unwrap().iter().find(|one| one["id"] == json!(user.id()));
        json!({ "id": user.id(), "nickName": user.nick_name().as_str(), "image": profile_image.unwrap()["image"] })
    };
    let expected = json!({
        "id": lab.room.id(), "createdAt": room["createdAt"], "updatedAt": room["createdAt"], "planId": facts.plan,
        "planTitle": facts.plan_title, "planTripDate": "2031-02-13T15:00:00.000Z", "quotePrice": 300,
        "isActive": true, "lastChat": "안녕하세요!", "users": [member(&lab.dreamer), member(&lab.maker)],
    });
    assert_eq!(room, expected);
    assert_eq!(lab.call("maker", get("/chatRooms")).await.json(), json!({ "totalCount": 1, "list": [room] }));
    assert_eq!(lab.call("stranger", get("/chatRooms")).await.json(), json!({ "totalCount": 0, "list": [] }));
}

#[actix_web::test]
async fn the_history_is_read_by_members_only_with_the_newest_first() {
    let lab = Lab::new().await;
    for content in ["1", "2", "3"] {
        text(&lab, "dreamer", content).await;
    }
    let path = format!("/chatRooms/{}/chats", lab.room.id());
    let page = lab.call("maker", get(&format!("{path}?pageSize=2"))).await.json();
    let contents: Vec<_> =
        page["list"].as_array().unwrap().iter().map(|one| one["content"].clone()).collect();
    assert_eq!((&page["totalCount"], contents), (&json!(3), vec![json!("3"), json!("2")]));
    assert!(page["list"][0].get("clientMessageId").is_none());

    for path in [path, format!("/chatRooms/{}", lab.room.id())] {
        assert_eq!(lab.call("stranger", get(&path)).await.refusal(), refused(403, "ROOM_FORBIDDEN"));
        let unknown = path.replace(&lab.room.id().to_string(), UNKNOWN);
        assert_eq!(lab.call("maker", get(&unknown)).await.refusal(), refused(404, "ROOM_NOT_FOUND"));
    }
}

#[actix_web::test]
async fn a_message_is_deleted_once_and_only_by_its_sender() {
    let lab = Lab::new().await;
    let message = text(&lab, "dreamer", "x").await;
    let id = id(&message);
    assert_eq!(delete(&lab, "maker", id).await.refusal(), refused(403, "MESSAGE_NOT_YOURS"));
    assert_eq!(delete(&lab, "stranger", id).await.refusal(), refused(403, "ROOM_FORBIDDEN"));
    for unknown in [UNKNOWN, "x"] {
        assert_eq!(delete(&lab, "dreamer", unknown).await.refusal(), refused(404, "MESSAGE_NOT_FOUND"));
    }
    let deleted = delete(&lab, "dreamer", id).await;
    assert_eq!((deleted.status, deleted.text()), (204, ""));
    assert_eq!(delete(&lab, "dreamer", id).await.refusal(), refused(409, "MESSAGE_ALREADY_DELETED"));

    let history = lab.call("maker", get(&format!("/chatRooms/{}/chats", lab.room.id()))).await.json();
    let left = &history["list"][0];
    assert_eq!((&left["isDeleted"], &left["content"]), (&json!(true), &json!(Message::PLACEHOLDER)));
    let room: RoomId = lab.room.id();
    let room = lab.call("maker", get(&format!("/chatRooms/{room}"))).await.json();
    assert_eq!(room["lastChat"], Message::PLACEHOLDER);
    let file = lab.call("maker", get(&format!("/chats/{id}/downloadFile"))).await;
    assert_eq!(file.refusal(), refused(400, "MESSAGE_HAS_NO_FILE"));
}

/// A bus that takes its time with each signal, until it's told to go on.
#[derive(Default)]
struct SlowBus {
    begun: Notify,
    go_on: Notify,
    told: Notify,
}

#[async_trait]
impl Bus for SlowBus {
    async fn publish(&self, _: Signal) {
        self.begun.notify_one();
        self.go_on.notified().await;
        self.told.notify_one();
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Signal>> {
        broadcast::Sender::new(1).subscribe()
    }
}

#[actix_web::test]
async fn what_is_stored_is_told_also_when_its_client_has_hung_up() {
    let mut lab = Lab::new().await;
    let message = text(&lab, "dreamer", "x").await;
    let bus = Arc::new(SlowBus::default());
    lab.opened.ports.bus = bus.clone();
    let hang_up_in_between = async |request: &mut (dyn Future<Output = Answer> + Unpin)| {
        tokio::select! {
            answer = request => panic!("{}", answer.text()),
            () = bus.begun.notified() => {}
        }
    };
    let goes_on = async || {
        bus.go_on.notify_one();
        timeout(Duration::from_secs(5), bus.told.notified()).await.unwrap();
    };
    let body = json!({ "type": "TEXT", "content": "x" });
    hang_up_in_between(&mut Box::pin(say(&lab, "dreamer", &body))).await;
    goes_on().await;
    hang_up_in_between(&mut Box::pin(delete(&lab, "dreamer", id(&message)))).await;
    goes_on().await;
}
