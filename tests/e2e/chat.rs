//! Rooms and texts over HTTP. Files are in `chat_files`.

use serde_json::{Value, json};
use testkit::{Answer, TestApp, Trip, User, eventually};

use crate::GOFORME;
use crate::pattern::{ID, Like, NUMBER, TIME, each};

/// What stands in the place of a deleted message.
const DELETED: &str = "삭제된 메시지입니다.";
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";

async fn say(app: &TestApp, room: &str, by: &User, text: &str) -> Answer {
    app.post(&format!("/chatRooms/{room}/chats"), by, json!({ "type": "TEXT", "content": text })).await
}

/// What a room shows of its last message.
async fn last_chat(app: &TestApp, room: &str, viewer: &User) -> Value {
    app.get(&format!("/chatRooms/{room}"), viewer).await.expect(200)["lastChat"].clone()
}

/// A confirmed trip and the id of its room.
async fn a_room(app: &TestApp) -> (Trip, String) {
    let trip = app.confirmed_trip(120).await;
    let room = app.room_of(&trip).await;
    (trip, room)
}

/// Waits until nothing can be written in a room any more.
async fn closes(app: &TestApp, room: &str, member: &User) {
    eventually("the room is deactivated", || async {
        let shown = app.get(&format!("/chatRooms/{room}"), member).await.expect(200);
        (shown["isActive"] == false).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_opens_one_room_for_its_two_sides() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, plan, .. }, room) = a_room(&app).await;
    let member =
        |user: &User, image: &str| json!({ "id": user.id, "nickName": user.nick_name, "image": image });
    let expected = json!({
        "id": room, "createdAt": TIME, "updatedAt": TIME, "planId": plan.id, "planTitle": plan.json["title"],
        "planTripDate": plan.json["tripDate"], "quotePrice": 120, "isActive": true, "lastChat": null,
        "users": [member(&dreamer, "DEFAULT_1"), member(&maker, "DEFAULT_2")],
    });
    for viewer in [&dreamer, &maker] {
        app.get(&format!("/chatRooms/{room}"), viewer).await.expect(200).is_like(&expected);
        let rooms = app.get("/chatRooms", viewer).await.expect(200);
        rooms.is_like(&json!({ "totalCount": 1, "list": [expected] }));
    }
    let chats = app.get(&format!("/chatRooms/{room}/chats"), &dreamer).await.expect(200);
    assert_eq!(chats.json, json!({ "totalCount": 0, "list": [] }));
}

#[tokio::test]
async fn a_text_is_stored_numbered_and_listed_the_newest_first() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, .. }, room) = a_room(&app).await;
    let sent = say(&app, &room, &dreamer, "안녕하세요! 👋\n<b>").await.expect(201);
    sent.is_like(&json!({
        "id": ID, "createdAt": TIME, "updatedAt": TIME, "chatRoomId": room, "senderId": dreamer.id,
        "type": "TEXT", "content": "안녕하세요! 👋\n<b>", "isDeleted": false, "seq": NUMBER,
    }));
    for number in 2..=7 {
        say(&app, &room, &maker, &number.to_string()).await.expect(201);
    }
    let path = format!("/chatRooms/{room}/chats");
    let first = app.get(&path, &dreamer).await.expect(200);
    assert_eq!(each(&first["list"], "content"), ["7", "6", "5", "4", "3"]);
    assert_eq!(first["totalCount"], json!(7));
    let second = app.get(&format!("{path}?page=2"), &maker).await.expect(200);
    assert_eq!(second["list"][1], sent.json);
    let seqs: Vec<i64> = [&second, &first]
        .iter()
        .flat_map(|page| each(&page["list"], "seq"))
        .map(|seq| seq.as_i64().unwrap())
        .collect();
    let (mut unique, before) = (seqs.clone(), seqs.len());
    unique.sort_unstable();
    unique.dedup();
    assert_eq!((unique.len(), before), (7, 7));
    assert_eq!(last_chat(&app, &room, &maker).await, json!("7"));
}

#[tokio::test]
async fn a_text_that_is_sent_again_with_its_own_id_is_stored_once() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, .. }, room) = a_room(&app).await;
    let path = format!("/chatRooms/{room}/chats");
    let id = "01890000-0000-7000-8000-00000000abcd";
    let body = |text: &str| json!({ "type": "TEXT", "content": text, "clientMessageId": id });
    let first = app.post(&path, &dreamer, body("once")).await.expect(201);
    let again = app.post(&path, &dreamer, body("twice")).await.expect(201);
    assert_eq!(again.json, first.json);
    // The id is the sender's own.
    let others = app.post(&path, &maker, body("mine")).await.expect(201);
    assert_ne!(others["id"], first["id"]);
    assert_eq!(app.get(&path, &dreamer).await.expect(200)["totalCount"], json!(2));
    let bad = json!({ "type": "TEXT", "content": "x", "clientMessageId": "x" });
    app.post(&path, &dreamer, bad).await.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, .. }, room) = a_room(&app).await;
    let path = format!("/chatRooms/{room}/chats");
    for bad in [
        json!({ "type": "TEXT", "content": "" }),
        json!({ "type": "TEXT", "content": "x".repeat(5001) }),
        json!({ "type": "TEXT", "content": "nul\u{0}" }),
        json!({ "type": "TEXT" }),
        json!({ "type": "IMAGE", "content": "https://example.com/a.jpg" }),
        json!({ "type": "VIDEO", "content": "https://example.com/a.mp4" }),
        json!({ "type": "GIF", "content": "x" }),
        json!({ "content": "x" }),
        json!([]),
    ] {
        app.post(&path, &dreamer, bad).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    say(&app, &room, &dreamer, &"가".repeat(5000)).await.expect(201);
    // Whoever the body says it is from, it is from whoever sent it.
    let forged =
        json!({ "type": "TEXT", "content": "x", "senderId": UNKNOWN, "id": UNKNOWN, "isDeleted": true });
    let sent = app.post(&path, &dreamer, forged).await.expect(201);
    sent.is_like(&json!({ "senderId": dreamer.id, "isDeleted": false }));
    assert_ne!(sent["id"], json!(UNKNOWN));
}

#[tokio::test]
async fn a_room_is_for_its_members_alone() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let message = say(&app, &room, &trip.dreamer, "for two").await.expect(201).text_of("id");
    let losing_maker = app.sign_up_maker("SEOUL").await;
    for stranger in [&app.sign_up_dreamer().await, &losing_maker] {
        let room = format!("/chatRooms/{room}");
        app.get(&room, stranger).await.expect_refusal(403, "ROOM_FORBIDDEN");
        app.get(&format!("{room}/chats"), stranger).await.expect_refusal(403, "ROOM_FORBIDDEN");
        let text = json!({ "type": "TEXT", "content": "x" });
        app.post(&format!("{room}/chats"), stranger, text).await.expect_refusal(403, "ROOM_FORBIDDEN");
        app.delete(&format!("/chats/{message}"), stranger).await.expect(403);
        app.get(&format!("/chats/{message}/downloadFile"), stranger).await.expect(403);
        assert_eq!(app.get("/chatRooms", stranger).await.expect(200)["totalCount"], json!(0));
    }
    for unknown in [UNKNOWN, "x", &trip.plan.id] {
        for path in [format!("/chatRooms/{unknown}"), format!("/chatRooms/{unknown}/chats")] {
            app.get(&path, &trip.dreamer).await.expect_refusal(404, "ROOM_NOT_FOUND");
        }
        say(&app, unknown, &trip.dreamer, "x").await.expect_refusal(404, "ROOM_NOT_FOUND");
        let download = app.get(&format!("/chats/{unknown}/downloadFile"), &trip.dreamer).await;
        download.expect_refusal(404, "MESSAGE_NOT_FOUND");
        app.delete(&format!("/chats/{unknown}"), &trip.dreamer)
            .await
            .expect_refusal(404, "MESSAGE_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_message_is_taken_back_by_its_sender_and_keeps_its_place() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, .. }, room) = a_room(&app).await;
    let first = say(&app, &room, &dreamer, "one").await.expect(201);
    let second = say(&app, &room, &dreamer, "two").await.expect(201);
    let path = format!("/chats/{}", second.text_of("id"));
    app.delete(&path, &maker).await.expect_refusal(403, "MESSAGE_NOT_YOURS");
    assert_eq!(app.delete(&path, &dreamer).await.expect(204).text, "");
    app.delete(&path, &dreamer).await.expect_refusal(409, "MESSAGE_ALREADY_DELETED");
    let list = app.get(&format!("/chatRooms/{room}/chats"), &maker).await.expect(200);
    list.is_like(&json!({ "totalCount": 2, "list": [
        { "id": second["id"], "seq": second["seq"], "type": "TEXT", "content": DELETED, "isDeleted": true },
        { "id": first["id"], "content": "one", "isDeleted": false },
    ] }));
    assert!(!list.text.contains("two"));
    assert_eq!(last_chat(&app, &room, &maker).await, json!(DELETED));
}

#[tokio::test]
async fn a_room_is_read_only_once_the_trip_is_over() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, plan, .. }, room) = a_room(&app).await;
    let message = say(&app, &room, &dreamer, "see you").await.expect(201).text_of("id");
    app.complete(&dreamer, &plan).await;
    closes(&app, &room, &maker).await;
    for member in [&dreamer, &maker] {
        say(&app, &room, member, "bye").await.expect_refusal(400, "ROOM_INACTIVE");
    }
    app.delete(&format!("/chats/{message}"), &dreamer).await.expect_refusal(400, "ROOM_INACTIVE");
    let list = app.get(&format!("/chatRooms/{room}/chats"), &maker).await.expect(200);
    assert_eq!(each(&list["list"], "content"), ["see you"]);
    // The room survives its plan.
    app.delete(&format!("/plans/{}", plan.id), &dreamer).await.expect(204);
    let shown = app.get(&format!("/chatRooms/{room}"), &dreamer).await.expect(200);
    shown.is_like(&json!({ "planId": plan.id, "planTitle": plan.json["title"], "isActive": false }));
}

#[tokio::test]
async fn the_room_with_the_latest_message_comes_first() {
    let app = TestApp::start(GOFORME).await;
    let (trip, oldest) = a_room(&app).await;
    app.charge(&trip.dreamer, 40).await;
    let mut rooms = vec![oldest];
    for _ in 0..2 {
        let plan = app.post_plan(&trip.dreamer).await;
        let quote = app.send_quote(&trip.maker, &plan, 20).await;
        app.confirm(&trip.dreamer, &quote).await;
        let next = Trip { plan, quote, ..trip.clone() };
        rooms.push(app.room_of(&next).await);
    }
    let order = async || {
        let list = app.get("/chatRooms", &trip.maker).await.expect(200);
        each(&list["list"], "id").into_iter().cloned().collect::<Vec<Value>>()
    };
    let [first, second, third] = [&*rooms[0], &*rooms[1], &*rooms[2]];
    // Without messages they count by their creation.
    assert_eq!(order().await, [third, second, first]);
    let message = say(&app, first, &trip.dreamer, "hello").await.expect(201).text_of("id");
    assert_eq!(order().await, [first, third, second]);
    say(&app, second, &trip.maker, "hello").await.expect(201);
    assert_eq!(order().await, [second, first, third]);
    app.delete(&format!("/chats/{message}"), &trip.dreamer).await.expect(204);
    assert_eq!(order().await, [second, first, third]);
    let page = app.get("/chatRooms?page=2&pageSize=2", &trip.dreamer).await.expect(200);
    page.is_like(&json!({ "totalCount": 3, "list": [{ "id": third }] }));
}

#[tokio::test]
async fn a_user_who_sends_too_fast_is_told_when_to_go_on() {
    let app = TestApp::builder(GOFORME).env("CHAT_MESSAGE_LIMIT", "3").start().await;
    let (Trip { dreamer, maker, .. }, room) = a_room(&app).await;
    for _ in 0..3 {
        say(&app, &room, &dreamer, "x").await.expect(201);
    }
    let refused = say(&app, &room, &dreamer, "x").await.expect_refusal(429, "MESSAGES_TOO_FAST");
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    say(&app, &room, &maker, "x").await.expect(201);
    app.advance_clock(std::time::Duration::from_secs(seconds)).await;
    say(&app, &room, &dreamer, "x").await.expect(201);
}
