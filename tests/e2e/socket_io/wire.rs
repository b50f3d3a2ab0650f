//! Clients that say exactly what they are told to, right or wrong.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Guest, TestApp, Trip, User};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The beginning of every request that is right.
pub const PATH: &str = "/socket.io/?EIO=4";

/// What happens at all happens within this.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.unwrap_or_else(|_| panic!("did not happen: {what}"))
}

/// A confirmed trip and the id of its room.
pub async fn a_room(app: &TestApp) -> (Trip, String) {
    let trip = app.confirmed_trip(120).await;
    let room = app.room_of(&trip).await;
    (trip, room)
}

/// An event that sends a text, and asks for an answer if `ack` is a number.
pub fn send(ack: &str, room: &str, content: &str) -> String {
    let event = json!(["ClientToServerMessage", { "chatRoomId": room, "type": "TEXT", "content": content }]);
    format!("42{ack}{event}")
}

/// What is in the packet behind this prefix.
#[track_caller]
pub fn after(prefix: &str, packet: &str) -> Value {
    let json = packet.strip_prefix(prefix).unwrap_or_else(|| panic!("no {prefix}: {packet}"));
    serde_json::from_str(json).unwrap()
}

/// The text of the message that a packet tells of.
#[track_caller]
pub fn told(packet: &str) -> String {
    let event = after("42", packet);
    assert_eq!(event[0], "ServerToClientMessage", "{packet}");
    event[1]["content"].as_str().unwrap().to_owned()
}

/// A connection by WebSocket.
pub struct Wire(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Wire {
    /// A WebSocket at this path, if the server agrees; else the status and the body of its answer.
    pub async fn open(app: &TestApp, path: &str) -> Result<Self, (u16, Value)> {
        Self::open_with(app, path, &[]).await
    }

    /// The same with headers.
    pub async fn open_with(
        app: &TestApp,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, (u16, Value)> {
        let mut request = app.ws_url(path).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match soon("the upgrade", connect_async(request)).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                let body = answer.body().as_deref().unwrap_or_default();
                Err((answer.status().as_u16(), serde_json::from_slice(body).unwrap_or_default()))
            }
            Err(error) => panic!("{path}: {error}"),
        }
    }

    /// A new connection, and what the server said first.
    pub async fn begin(app: &TestApp) -> (Self, Value) {
        Self::begin_with(app, &[]).await
    }

    /// The same with headers.
    pub async fn begin_with(app: &TestApp, headers: &[(&'static str, &str)]) -> (Self, Value) {
        let path = format!("{PATH}&transport=websocket");
        let mut wire = Self::open_with(app, &path, headers).await.ok().unwrap();
        let open = after("0", &wire.hear().await);
        (wire, open)
    }

    /// A connection that has joined the main namespace.
    pub async fn join(app: &TestApp, user: &User) -> Self {
        let (mut wire, _) = Self::begin(app).await;
        wire.say(&format!("40{}", json!({ "token": user.token }))).await;
        assert!(after("40", &wire.hear().await)["sid"].is_string());
        wire
    }

    /// Says a packet. One who is not listened to any more will notice when hearing.
    pub async fn say(&mut self, packet: &str) {
        self.send(Message::text(packet)).await;
    }

    /// Sends a frame of any sort.
    pub async fn send(&mut self, frame: Message) {
        let _ = soon("the frame is sent", self.0.send(frame)).await;
    }

    /// The next packet.
    pub async fn hear(&mut self) -> String {
        match self.next().await {
            Some(Message::Text(text)) => text.to_string(),
            other => panic!("no packet, but {other:?}"),
        }
    }

    /// The next frame, if there is one.
    pub async fn next(&mut self) -> Option<Message> {
        soon("a frame comes", self.0.next()).await.and_then(Result::ok)
    }

    /// Reads until the server closes; the code that it gives, and the packets before it.
    pub async fn closed(&mut self) -> (Option<u16>, Vec<String>) {
        let mut packets = Vec::new();
        loop {
            match self.next().await {
                Some(Message::Text(text)) => packets.push(text.to_string()),
                Some(Message::Close(reason)) => return (reason.map(|reason| reason.code.into()), packets),
                Some(_) => {}
                None => return (None, packets),
            }
        }
    }

    /// Sends what can't be sent and reads how it fails, by which it shows that everything before has been
    /// dealt with, without a word.
    pub async fn is_alive(&mut self) {
        self.say(r#"4277["ClientToServerMessage",{}]"#).await;
        for prefix in [r#"42["ERROR","#, r#"42["Error","#, "4377[{"] {
            let mut packet = self.hear().await;
            while packet == "2" {
                self.say("3").await;
                packet = self.hear().await;
            }
            assert!(packet.starts_with(prefix), "{packet}");
        }
    }
}

/// A connection by polling.
pub struct Poller<'a> {
    app: &'a TestApp,
    /// What the server said first.
    pub open: Value,
    /// The path of its requests.
    pub path: String,
}

impl<'a> Poller<'a> {
    /// A new connection.
    pub async fn begin(app: &'a TestApp) -> Self {
        let path = format!("{PATH}&transport=polling");
        let open = after("0", &app.get(&path, &Guest).await.expect(200).text);
        let path = format!("{path}&sid={}", open["sid"].as_str().unwrap());
        Self { app, open, path }
    }

    /// A connection that has joined the main namespace.
    pub async fn join(app: &'a TestApp, user: &User) -> Self {
        let poller = Self::begin(app).await;
        poller.push(&format!("40{}", json!({ "token": user.token }))).await.expect(200);
        assert!(after("40", &poller.poll().await.expect(200).text)["sid"].is_string());
        poller
    }

    /// What there is to hear.
    pub async fn poll(&self) -> Answer {
        soon("a poll is answered", self.app.get(&self.path, &Guest)).await
    }

    /// Says these packets.
    pub async fn push(&self, body: impl AsRef<[u8]>) -> Answer {
        let request = self.app.request(Method::POST, &self.path, &Guest).body(body.as_ref().to_vec());
        soon("a body is answered", self.app.send(request)).await
    }

    /// A WebSocket for this connection.
    pub async fn websocket(&self) -> Result<Wire, (u16, Value)> {
        Wire::open(self.app, &self.path.replace("polling", "websocket")).await
    }

    /// Whether the server has forgotten it.
    pub async fn is_gone(&self) {
        for answer in [self.poll().await, self.push("3").await] {
            assert_eq!(answer.expect(400).json, json!({ "code": 1, "message": "Session ID unknown" }));
        }
    }
}
