//! A member of a room who talks and listens over whatever connection there is: what a mobile client does in
//! a tunnel.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Client;
use serde_json::{Value, json};
use testkit::User;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::chance::{below, millis};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long a member puts up with hearing nothing that is new before the round has failed.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long, in milliseconds, a client waits at most before it comes back to a server that left it.
const COME_BACK: usize = 500;

/// What all members have in common.
pub struct Scene {
    /// `http://…` of each node.
    pub nodes: Vec<String>,
    /// How much each of them has to say.
    pub messages: usize,
    /// The longest pause between two messages of one member, in milliseconds.
    pub pause: usize,
    /// How long a connection works at most before it's lost for no reason of the server's, in milliseconds, if that
    /// happens.
    pub tunnel: Option<usize>,
    /// What was acknowledged so far.
    pub acknowledged: AtomicUsize,
    /// How often connections ended in which way.
    pub ends: Mutex<BTreeMap<End, usize>>,
    pub client: Client,
}

impl Scene {
    /// When a connection that works from now on is lost.
    fn next_tunnel(&self) -> Instant {
        Instant::now() + self.tunnel.map_or(PATIENCE, |most| millis(100..=most))
    }
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The member has said and heard everything.
    Done,
    /// It never came about.
    Refused,
    /// The client went into a tunnel.
    Tunnel,
    /// It broke without a word.
    Broke,
    /// The server closed it with this code.
    Closed(u16),
}

/// A member, with what they have heard.
pub struct Member {
    scene: Arc<Scene>,
    pub user: User,
    pub room: String,
    /// Like no other member's.
    number: usize,
    /// All that was heard, by number.
    pub heard: BTreeMap<i64, String>,
    /// The numbers of what was said, by text.
    pub acknowledged: BTreeMap<String, i64>,
    /// The text that was sent last and not acknowledged yet, if it's on its way on the present connection.
    on_its_way: bool,
    /// When something new came last.
    news: Instant,
}

impl Member {
    pub fn new(scene: &Arc<Scene>, user: &User, room: &str, number: usize) -> Self {
        Self {
            scene: Arc::clone(scene),
            user: user.clone(),
            room: room.to_owned(),
            number,
            heard: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            on_its_way: false,
            news: Instant::now(),
        }
    }

    /// Talks and listens until everything was said and heard by both.
    pub async fn take_part(mut self) -> Self {
        while !self.is_done() {
            self.assert_hopeful();
            let end = self.be_connected().await;
            *self.scene.ends.lock().unwrap_or_else(PoisonError::into_inner).entry(end).or_default() += 1;
            if !matches!(end, End::Done | End::Tunnel) {
                // As clients do, lest everybody comes back at once.
                sleep(millis(0..=COME_BACK)).await;
            }
        }
        self
    }

    fn is_done(&self) -> bool {
        self.acknowledged.len() == self.scene.messages && self.heard.len() == 2 * self.scene.messages
    }

    fn assert_hopeful(&self) {
        let (said, heard) = (self.acknowledged.len(), self.heard.keys().collect::<Vec<_>>());
        let hopeless = self.news.elapsed() > PATIENCE;
        assert!(
            !hopeless,
            "{} has said {said} in {} and heard nothing new for long: {heard:?}",
            self.user.id, self.room
        );
    }

    fn last_seq(&self) -> i64 {
        self.heard.keys().next_back().copied().unwrap_or_default()
    }

    /// From the connection to its end.
    async fn be_connected(&mut self) -> End {
        let node = &self.scene.nodes[below(self.scene.nodes.len())];
        let address = format!("{}/ws", node.replace("http://", "ws://"));
        let Ok((mut socket, _)) = connect_async(address).await else { return End::Refused };
        self.on_its_way = false;
        let hello =
            json!({ "op": "hello", "token": self.user.token, "resume": { &*self.room: self.last_seq() } });
        if say(&mut socket, &hello).await.is_err() {
            return End::Broke;
        }
        let mut tunnel = Instant::now() + PATIENCE;
        let mut speaks = Instant::now();
        let mut is_ready = false;
        while !self.is_done() {
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Ok(Message::Text(text))) => {
                        let frame: Value = serde_json::from_str(&text).unwrap();
                        if frame["op"] == "ready" {
                            is_ready = true;
                            tunnel = self.scene.next_tunnel();
                        }
                        if self.hear(&frame) {
                            speaks = Instant::now() + millis(0..=self.scene.pause);
                        }
                    }
                    Some(Ok(Message::Close(reason))) => {
                        return reason.map_or(End::Broke, |reason| End::Closed(reason.code.into()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return End::Broke,
                },
                () = sleep_until(speaks), if is_ready && self.has_something_to_say() => {
                    if self.speak(&mut socket).await.is_err() {
                        return End::Broke;
                    }
                    speaks = Instant::now() + millis(0..=self.scene.pause);
                }
                () = sleep_until(tunnel) => return End::Tunnel,
            }
        }
        End::Done
    }

    fn has_something_to_say(&self) -> bool {
        !self.on_its_way && self.acknowledged.len() < self.scene.messages
    }

    /// What is to be said next, with an id that stays the same however often it's sent.
    fn next(&self) -> (String, String) {
        let count = self.acknowledged.len();
        (format!("{} of {}", count, self.number), format!("{:08x}-0000-4000-8000-{count:012x}", self.number))
    }

    /// Sends what is to be said next: mostly over the socket, sometimes over HTTP.
    async fn speak(&mut self, socket: &mut Socket) -> Result<(), ()> {
        let (content, id) = self.next();
        let mut body = json!({ "type": "TEXT", "content": content, "clientMessageId": id });
        if below(4) > 0 {
            body["op"] = json!("send");
            body["ref"] = json!(content);
            body["roomId"] = json!(self.room);
            self.on_its_way = true;
            return say(socket, &body).await;
        }
        let node = &self.scene.nodes[below(self.scene.nodes.len())];
        let path = format!("{node}/chatRooms/{}/chats", self.room);
        let posted = self.scene.client.post(path).bearer_auth(&self.user.token).json(&body).send().await;
        // Without an answer nobody knows: it's sent again.
        let Ok(answer) = posted else { return Ok(()) };
        let (status, Ok(message)) = (answer.status().as_u16(), answer.json::<Value>().await) else {
            return Ok(());
        };
        match status {
            201 => self.is_acknowledged(&message),
            503 => {}
            _ => panic!("{content} was refused: {status} {message}"),
        }
        Ok(())
    }

    /// Takes a frame in; answers whether it takes back what was on its way, which has to wait a little.
    fn hear(&mut self, frame: &Value) -> bool {
        match frame["op"].as_str() {
            Some("message") => {
                let (seq, last) = (seq_of(&frame["message"]), self.last_seq());
                assert!(seq > last, "{} heard {seq} after {last}", self.user.id);
                self.note(&frame["message"]);
            }
            Some("ack") => {
                self.on_its_way = false;
                self.note(&frame["message"]);
                self.is_acknowledged(&frame["message"]);
            }
            Some("error") => {
                assert_eq!(frame["code"], "STORE_UNAVAILABLE", "{frame}");
                self.on_its_way = false;
                return true;
            }
            Some("resync") => panic!("nobody misses that much: {frame}"),
            _ => {}
        }
        false
    }

    fn note(&mut self, message: &Value) {
        let (seq, content) = (seq_of(message), message["content"].as_str().unwrap().to_owned());
        let known = self.heard.entry(seq).or_insert_with(|| content.clone());
        assert_eq!(*known, content, "{seq} is two messages");
        self.news = Instant::now();
    }

    fn is_acknowledged(&mut self, message: &Value) {
        let (seq, content) = (seq_of(message), message["content"].as_str().unwrap().to_owned());
        if self.acknowledged.insert(content, seq).is_none() {
            self.scene.acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn seq_of(message: &Value) -> i64 {
    message["seq"].as_i64().expect("each message has a number")
}

async fn say(socket: &mut Socket, frame: &Value) -> Result<(), ()> {
    socket.send(Message::text(frame.to_string())).await.map_err(|_| ())
}
