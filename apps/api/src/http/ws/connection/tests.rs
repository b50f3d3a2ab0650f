//! The clock of the timers in these tests stands still until nobody has anything to do; then it jumps to
//! the next moment that somebody waits for.

use std::sync::Mutex;

use application::Error;
use async_trait::async_trait;
use auth::MockSessionDirectory;
use bytes::Bytes;
use kernel::StoreError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::http::tests::live::Live;
use crate::http::websocket;

const HELLO: &str = r#"{"op":"hello"}"#;

/// Knows nobody: these clients have shown their token in the header.
struct Nobody;

#[async_trait]
impl Authenticate for Nobody {
    async fn authenticate(&self, _: &str) -> Result<AccessClaims, Error> {
        Err(TokenError::Invalid.into())
    }
}

/// Both ends of a connection that is open.
async fn connect(live: &Live) -> (impl Future<Output = ()>, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    let (frames, socket) = websocket::open(accepted.unwrap().0, Bytes::new(), 1 << 16);
    let connection = Connection {
        socket,
        claims: Some(live.claims()),
        chats: Arc::clone(&live.chats),
        authenticate: Arc::new(Nobody),
        shutdown: CancellationToken::new(),
    };
    (connection.run(frames), Client(client.unwrap()))
}

struct Client(TcpStream);

impl Client {
    async fn say(&mut self, text: &str) {
        let length = u8::try_from(text.len()).unwrap();
        let frame = [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat();
        self.0.write_all(&frame).await.unwrap();
    }

    /// The next frame that is no ping: a text, or the code of the goodbye. `None` at the end without one.
    async fn heard(&mut self) -> Option<Result<String, u16>> {
        loop {
            let mut head = [0; 2];
            self.0.read_exact(&mut head).await.ok()?;
            let length = match head[1] {
                126 => self.0.read_u16().await.unwrap().into(),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await.unwrap();
            match head[0] {
                0x81 => return Some(Ok(String::from_utf8(payload).unwrap())),
                0x88 => return Some(Err(u16::from_be_bytes([payload[0], payload[1]]))),
                _ => {}
            }
        }
    }

    async fn begin(&mut self) {
        self.say(HELLO).await;
        assert!(self.heard().await.unwrap().unwrap().starts_with(r#"{"op":"ready""#));
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_silent_for_sixty_seconds_is_gone() {
    let live = Live::new();
    let (connection, mut client) = connect(&live).await;
    tokio::join!(connection, async {
        client.begin().await;
        let began = Instant::now();
        assert_eq!(client.heard().await, None);
        assert_eq!(began.elapsed().as_secs(), 60);
    });
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_session_that_was_not_heard_of_is_noticed_by_the_next_ping() {
    // It lives when it comes, then nobody can tell, and then it has ended.
    let answers = Mutex::new(vec![Ok(false), Err(StoreError::unavailable("down")), Ok(true)]);
    let mut sessions = MockSessionDirectory::new();
    sessions.expect_is_live().returning(move |_, _| answers.lock().unwrap().pop().unwrap());
    let live = Live::with(sessions);
    let (connection, mut client) = connect(&live).await;
    tokio::join!(connection, async {
        client.begin().await;
        let began = Instant::now();
        assert_eq!(client.heard().await, Some(Err(4401)));
        assert_eq!(began.elapsed().as_secs(), 50);
    });
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_ended_by_the_hello_is_refused() {
    let mut sessions = MockSessionDirectory::new();
    sessions.expect_is_live().returning(|_, _| Ok(false));
    let live = Live::with(sessions);
    let (connection, mut client) = connect(&live).await;
    tokio::join!(connection, async {
        client.say(HELLO).await;
        assert_eq!(client.heard().await, Some(Err(4401)));
    });
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_expired_ends_a_flood() {
    let live = Live::new();
    let (connection, mut client) = connect(&live).await;
    tokio::join!(connection, async {
        client.begin().await;
        live.advance(Duration::from_hours(1));
        for _ in 0..100 {
            client.say(r#"{"op":"ping","ref":1}"#).await;
        }
        // The one that the connection was waiting for.
        assert_eq!(client.heard().await.unwrap().unwrap(), r#"{"op":"pong","ref":1}"#);
        assert_eq!(client.heard().await, Some(Err(4401)));
    });
}

#[tokio::test(start_paused = true)]
async fn a_hello_with_a_wrong_field_is_refused_and_may_be_said_again() {
    let live = Live::new();
    let (connection, mut client) = connect(&live).await;
    tokio::join!(connection, async {
        client.say(r#"{"op":"hello","ref":7,"resume":5}"#).await;
        let refused = client.heard().await.unwrap().unwrap();
        assert!(refused.starts_with(r#"{"op":"error","ref":7,"code":"VALIDATION_FAILED""#), "{refused}");
        client.begin().await;
    });
}
