//! The chat of the web client.

use serde_json::{Value, json};
use testkit::{TestApp, eventually};

use super::wire::{Poller, Wire, a_room, after, send, told};
use crate::GOFORME;
use crate::pattern::{ID, Like, TEXT, TIME};

#[tokio::test]
async fn a_message_is_stored_and_told_to_everybody_but_the_socket_that_sent_it() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let mut sending = Wire::join(&app, &trip.dreamer).await;
    let mut other_tab = Wire::join(&app, &trip.dreamer).await;
    let mut peer = Wire::join(&app, &trip.maker).await;
    let polling = Poller::join(&app, &trip.maker).await;
    let claim =
        json!({ "chatRoomId": room, "type": "TEXT", "content": "안녕하세요!", "senderId": trip.maker.id });
    sending.say(&format!("42{}", json!(["ClientToServerMessage", claim]))).await;
    let message = json!({
        "id": ID, "createdAt": TIME, "updatedAt": TIME, "chatRoomId": room, "senderId": trip.dreamer.id,
        "type": "TEXT", "content": "안녕하세요!", "isDeleted": false, "seq": 1,
    });
    for heard in [other_tab.hear().await, peer.hear().await, polling.poll().await.expect(200).text] {
        after("42", &heard).is_like(&json!(["ServerToClientMessage", message]));
    }
    // Had it been echoed, it would have come before this.
    peer.say(&send("", &room, "hi")).await;
    assert_eq!(told(&sending.hear().await), "hi");
    let chats = app.get(&format!("/chatRooms/{room}/chats"), &trip.dreamer).await.expect(200);
    chats.is_like(&json!({ "totalCount": 2, "list": [{ "content": "hi" }, message] }));
}

#[tokio::test]
async fn a_send_is_acknowledged_with_the_stored_message_once_per_client_message_id() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let mut wire = Wire::join(&app, &trip.dreamer).await;
    let mut peer = Wire::join(&app, &trip.maker).await;
    let id = "0197c1f0-7a3c-4e21-b1d5-3f8f0c2a9e11";
    let event = json!(["ClientToServerMessage",
        { "chatRoomId": room, "type": "TEXT", "content": "once", "clientMessageId": id }]);
    let mut answers = Vec::new();
    for ack in ["0", "123"] {
        wire.say(&format!("42{ack}{event}")).await;
        answers.push(after(&format!("43{ack}"), &wire.hear().await));
    }
    answers[0].is_like(&json!([{ "content": "once", "seq": 1, "clientMessageId": id }]));
    assert_eq!(answers[0], answers[1]);
    assert_eq!(told(&peer.hear().await), "once");
    wire.say(&send("", &room, "next")).await;
    assert_eq!(told(&peer.hear().await), "next", "it was told once");
}

#[tokio::test]
async fn a_send_that_fails_is_told_by_both_events_and_by_the_answer() {
    let app = TestApp::builder(GOFORME).env("CHAT_MESSAGE_LIMIT", "2").start().await;
    let (trip, room) = a_room(&app).await;
    let elsewhere = a_room(&app).await.1;
    let mut wire = Wire::join(&app, &trip.dreamer).await;
    let unknown = "01890000-0000-7000-8000-000000000000";
    let with = |change: Value| {
        let mut message = json!({ "chatRoomId": room, "type": "TEXT", "content": "x" });
        message.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!(["ClientToServerMessage", message])
    };
    let sends = [
        (json!(["ClientToServerMessage"]), 400, "VALIDATION_FAILED"),
        (json!(["ClientToServerMessage", "hi"]), 400, "VALIDATION_FAILED"),
        (with(json!({ "chatRoomId": "room" })), 400, "VALIDATION_FAILED"),
        (with(json!({ "type": "IMAGE" })), 400, "VALIDATION_FAILED"),
        (with(json!({ "content": "" })), 400, "VALIDATION_FAILED"),
        (with(json!({ "content": "가".repeat(5001) })), 400, "VALIDATION_FAILED"),
        (with(json!({ "clientMessageId": "x" })), 400, "VALIDATION_FAILED"),
        (with(json!({ "chatRoomId": unknown })), 404, "ROOM_NOT_FOUND"),
        (with(json!({ "chatRoomId": elsewhere })), 403, "ROOM_FORBIDDEN"),
    ];
    for (event, status, code) in &sends {
        let failure = json!({ "statusCode": status, "message": TEXT, "code": code });
        for ack in ["", "31"] {
            wire.say(&format!("42{ack}{event}")).await;
            for name in ["ERROR", "Error"] {
                after("42", &wire.hear().await).is_like(&json!([name, failure]));
            }
        }
        after("4331", &wire.hear().await).is_like(&json!([failure]));
    }
    for _ in 0..2 {
        wire.say(&send("1", &room, "fast")).await;
        after("431", &wire.hear().await);
    }
    wire.say(&send("", &room, "too fast")).await;
    after("42", &wire.hear().await)
        .is_like(&json!(["ERROR", { "statusCode": 429, "code": "MESSAGES_TOO_FAST" }]));
}

#[tokio::test]
async fn what_is_posted_over_http_is_not_echoed_to_its_senders_sockets() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let mut sender = Wire::join(&app, &trip.dreamer).await;
    let mut peer = Wire::join(&app, &trip.maker).await;
    let text = json!({ "type": "TEXT", "content": "over HTTP" });
    app.post(&format!("/chatRooms/{room}/chats"), &trip.dreamer, text).await.expect(201);
    assert_eq!(told(&peer.hear().await), "over HTTP");
    peer.say(&send("", &room, "seen")).await;
    assert_eq!(told(&sender.hear().await), "seen");
}

#[tokio::test]
async fn what_happens_besides_messages_is_not_told() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let mut dreamer = Wire::join(&app, &trip.dreamer).await;
    let mut maker = Wire::join(&app, &trip.maker).await;
    dreamer.say(&send("1", &room, "oops")).await;
    let id = after("431", &dreamer.hear().await)[0]["id"].as_str().unwrap().to_owned();
    app.delete(&format!("/chats/{id}"), &trip.dreamer).await.expect(204);
    dreamer.say(&send("", &room, "sorry")).await;
    assert_eq!(told(&maker.hear().await), "oops");
    assert_eq!(told(&maker.hear().await), "sorry");
}

#[tokio::test]
async fn a_room_that_opens_is_joined_at_once_and_one_that_closes_takes_no_more() {
    let app = TestApp::start(GOFORME).await;
    let (first, _) = a_room(&app).await;
    let mut maker = Wire::join(&app, &first.maker).await;
    let dreamer = app.sign_up_dreamer().await;
    let mut guest = Wire::join(&app, &dreamer).await;
    app.charge(&dreamer, 50).await;
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(&first.maker, &plan, 50).await;
    app.confirm(&dreamer, &quote).await;
    let room = eventually("the room opens", || async {
        let rooms = app.get("/chatRooms", &dreamer).await.expect(200);
        rooms["list"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    guest.say(&send("", &room, "hello")).await;
    assert_eq!(told(&maker.hear().await), "hello");
    maker.say(&send("", &room, "welcome")).await;
    assert_eq!(told(&guest.hear().await), "welcome");

    app.complete(&dreamer, &plan).await;
    eventually("the room closes", || async {
        let shown = app.get(&format!("/chatRooms/{room}"), &dreamer).await.expect(200);
        (shown["isActive"] == false).then_some(())
    })
    .await;
    guest.say(&send("", &room, "bye")).await;
    after("42", &guest.hear().await)
        .is_like(&json!(["ERROR", { "statusCode": 400, "code": "ROOM_INACTIVE" }]));
}

#[tokio::test]
async fn many_messages_of_two_at_once_are_told_in_the_order_of_the_room() {
    const EACH: usize = 100;
    // Nobody is pinged meanwhile, however slow the stores are.
    let variables = [("CHAT_MESSAGE_LIMIT", "1000"), ("SOCKET_IO_PING_INTERVAL", "10m")];
    let app =
        variables.into_iter().fold(TestApp::builder(GOFORME), |app, (name, value)| app.env(name, value));
    let app = app.start().await;
    let (trip, room) = a_room(&app).await;
    let mut dreamer = Wire::join(&app, &trip.dreamer).await;
    let mut maker = Wire::join(&app, &trip.maker).await;
    let mut dreamers_tab = Wire::join(&app, &trip.dreamer).await;
    for number in 0..EACH {
        dreamer.say(&send("", &room, &number.to_string())).await;
        maker.say(&send("", &room, &number.to_string())).await;
    }
    let mut all = Vec::new();
    while all.len() < 2 * EACH {
        let event = after("42", &dreamers_tab.hear().await);
        all.push(event[1]["seq"].as_i64().unwrap());
    }
    assert!(all.is_sorted(), "{all:?}");
    for (wire, peer) in [(&mut dreamer, &trip.maker), (&mut maker, &trip.dreamer)] {
        for number in 0..EACH {
            let event = after("42", &wire.hear().await);
            assert_eq!(
                (&event[1]["senderId"], &event[1]["content"]),
                (&json!(peer.id), &json!(number.to_string()))
            );
        }
    }
}
