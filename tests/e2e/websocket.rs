//! `GET /ws`, spoken to by a real WebSocket client; and, below, the WebSocket itself, byte by byte.

mod framing;
mod handshake;
mod malformed;
mod raw;
mod slow;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use testkit::{TestApp, User};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::GOFORME;

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(app: &TestApp) -> Self {
        Self(connect_async(app.ws_url("/ws")).await.unwrap().0)
    }

    /// A socket that has said hello and was answered.
    async fn hello(app: &TestApp, user: &User, resume: Value) -> (Self, Value) {
        let mut socket = Self::open(app).await;
        socket.say(json!({ "op": "hello", "token": user.token, "resume": resume })).await;
        let ready = socket.next_of("ready").await;
        (socket, ready)
    }

    async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn heard(&mut self) -> Option<Message> {
        tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.unwrap().map(Result::unwrap)
    }

    /// The next frame with that `op`, whatever comes before it.
    async fn next_of(&mut self, op: &str) -> Value {
        loop {
            if let Message::Text(text) = self.heard().await.expect("a frame, not the end") {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["op"] == op {
                    return frame;
                }
            }
        }
    }

    /// The code that the server closes with.
    async fn closed_with(&mut self) -> u16 {
        loop {
            if let Message::Close(reason) = self.heard().await.expect("a close frame") {
                return reason.expect("a code").code.into();
            }
        }
    }

    async fn send_text(&mut self, room: &str, text: &str, client_message_id: &str) -> Value {
        let send = json!({ "op": "send", "ref": "r", "roomId": room, "type": "TEXT", "content": text,
            "clientMessageId": client_message_id });
        self.say(send).await;
        self.next_of("ack").await["message"].clone()
    }
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

#[tokio::test]
async fn two_people_chat_and_one_who_was_away_gets_what_was_missed_in_order() {
    let app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(300).await;
    let room = app.room_of(&trip).await;
    let (mut dreamer, ready) = Socket::hello(&app, &trip.dreamer, json!({})).await;
    assert_eq!(ready["rooms"][0]["id"], room.as_str());
    let (mut maker, _) = Socket::hello(&app, &trip.maker, json!({})).await;

    assert_eq!(dreamer.send_text(&room, "one", &id(1)).await["seq"], 1);
    assert_eq!(maker.next_of("message").await["message"]["content"], "one");
    assert_eq!(maker.send_text(&room, "two", &id(2)).await["seq"], 2);
    assert_eq!(dreamer.next_of("message").await["message"]["content"], "two");
    // The same message once more is answered, not stored.
    assert_eq!(dreamer.send_text(&room, "one", &id(1)).await["seq"], 1);

    drop(maker);
    for number in 3..=5 {
        dreamer.send_text(&room, &number.to_string(), &id(number)).await;
    }
    let (mut maker, ready) = Socket::hello(&app, &trip.maker, json!({ room.as_str(): 2 })).await;
    assert_eq!(ready["rooms"][0]["unread"], 4);
    for number in 3..=5 {
        assert_eq!(maker.next_of("message").await["message"]["seq"], number);
    }
    maker.say(json!({ "op": "read", "roomId": room, "seq": 5 })).await;
    assert_eq!(dreamer.next_of("read").await["seq"], 5);
}

#[tokio::test]
async fn what_comes_in_over_http_reaches_sockets_and_notifications_do_too() {
    let app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(300).await;
    let room = app.room_of(&trip).await;
    let (mut maker, _) = Socket::hello(&app, &trip.maker, json!({})).await;
    let text = json!({ "type": "TEXT", "content": "over http" });
    let sent = app.post(&format!("/chatRooms/{room}/chats"), &trip.dreamer, text).await;
    assert_eq!(maker.next_of("message").await["message"]["id"], sent.expect(201)["id"]);
    app.complete(&trip.dreamer, &trip.plan).await;
    assert_eq!(maker.next_of("room").await["room"]["isActive"], false);
    maker.say(json!({ "op": "send", "ref": 9, "roomId": room, "type": "TEXT", "content": "late" })).await;
    let refused = maker.next_of("error").await;
    assert_eq!((refused["code"].as_str(), refused["ref"].as_i64()), (Some("ROOM_INACTIVE"), Some(9)));

    let plan = app.post_plan(&trip.dreamer).await;
    app.post(&format!("/plans/{}/assign", plan.id), &trip.dreamer, json!({ "assigneeId": trip.maker.id }))
        .await;
    let told = maker.next_of("notification").await;
    assert_eq!(told["notification"]["event"], "ARRIVE_REQUEST");
}

#[tokio::test]
async fn history_goes_both_ways_and_says_whether_there_is_more() {
    let app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(300).await;
    let room = app.room_of(&trip).await;
    let (mut dreamer, _) = Socket::hello(&app, &trip.dreamer, json!({})).await;
    for number in 1..=5 {
        dreamer.send_text(&room, "text", &id(number)).await;
    }
    for (asked, seqs, has_more) in [
        (json!({ "beforeSeq": 4, "limit": 2 }), vec![2, 3], true),
        (json!({ "afterSeq": 3, "limit": 2 }), vec![4, 5], false),
        (json!({ "limit": 100 }), vec![1, 2, 3, 4, 5], false),
    ] {
        let mut frame = json!({ "op": "history", "ref": "h", "roomId": room });
        frame.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        dreamer.say(frame).await;
        let history = dreamer.next_of("history").await;
        let got: Vec<i64> =
            history["messages"].as_array().unwrap().iter().map(|m| m["seq"].as_i64().unwrap()).collect();
        assert_eq!((got, history["hasMore"].as_bool()), (seqs, Some(has_more)), "{asked}");
    }
}

#[tokio::test]
async fn each_way_to_end_has_its_code() {
    let mut app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;

    let mut socket = Socket::open(&app).await;
    socket.say(json!({ "op": "hello", "token": "nonsense" })).await;
    assert_eq!(socket.closed_with().await, 4401);

    let mut socket = Socket::open(&app).await;
    socket.say(json!({ "op": "ping", "ref": 1 })).await;
    assert_eq!(socket.closed_with().await, 4401);

    let texts = ["not json", "[1,2]", r#"["ping",5]"#].map(Message::text);
    for nonsense in texts.into_iter().chain([Message::binary(vec![1, 2, 3])]) {
        let (mut socket, _) = Socket::hello(&app, &user, json!({})).await;
        socket.0.send(nonsense).await.unwrap();
        assert_eq!(socket.closed_with().await, 4400);
    }

    let mut silent = Socket::open(&app).await;
    assert_eq!(silent.closed_with().await, 4408);

    let (mut ended, _) = Socket::hello(&app, &user, json!({})).await;
    app.post("/auth/logout", &user, json!({})).await;
    assert_eq!(ended.closed_with().await, 4401);

    let user = app.sign_up_dreamer().await;
    let (mut first, _) = Socket::hello(&app, &user, json!({})).await;
    let mut others = Vec::new();
    for _ in 0..10 {
        others.push(Socket::hello(&app, &user, json!({})).await.0);
    }
    assert_eq!(first.closed_with().await, 4429);

    let mut last = others.pop().unwrap();
    assert!(app.stop().await.success());
    assert_eq!(last.closed_with().await, 1012);
}

#[tokio::test]
async fn a_frame_that_is_not_understood_is_refused_and_the_connection_stays() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let (mut socket, _) = Socket::hello(&app, &user, json!({})).await;
    for frame in [
        json!({ "op": "dance" }),
        json!({}),
        json!({ "op": "send", "ref": "x" }),
        json!({ "op": "send", "ref": "x", "roomId": "nonsense", "type": "TEXT", "content": "a" }),
        json!({ "op": "history", "ref": "x", "roomId": id(1), "limit": 100_000 }),
        json!({ "op": "read", "roomId": id(1), "seq": i64::MAX }),
        json!({ "op": "hello" }),
        json!({ "op": "auth", "token": "nonsense" }),
    ] {
        socket.say(frame.clone()).await;
        let refused = socket.next_of("error").await;
        assert!(refused["code"].is_string(), "{frame}");
    }
    socket.say(json!({ "op": "ping", "ref": 5 })).await;
    assert_eq!(socket.next_of("pong").await["ref"], 5);
}

#[tokio::test]
async fn a_token_in_the_upgrade_is_enough_and_one_that_does_not_hold_is_refused_before_it() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let with_token = |token: &str| {
        let mut request = app.ws_url("/ws").into_client_request().unwrap();
        request.headers_mut().insert("Authorization", format!("Bearer {token}").parse().unwrap());
        request.headers_mut().insert("Sec-WebSocket-Protocol", "goforme.v1".parse().unwrap());
        request
    };
    let (socket, response) = connect_async(with_token(&user.token)).await.unwrap();
    assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "goforme.v1");
    let mut socket = Socket(socket);
    socket.say(json!({ "op": "hello", "resume": "nonsense" })).await;
    assert_eq!(socket.next_of("error").await["code"], "VALIDATION_FAILED");
    socket.say(json!({ "op": "hello", "resume": null })).await;
    assert_eq!(socket.next_of("ready").await["userId"], user.id.as_str());
    let refused = connect_async(with_token("nonsense")).await.unwrap_err();
    assert!(refused.to_string().contains("401"), "{refused}");
}
