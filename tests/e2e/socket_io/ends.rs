//! How connections of members end, and what others notice of that.

use std::time::{Duration, Instant};

use serde_json::json;
use testkit::{TestApp, eventually};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::wire::{PATH, Poller, Wire, a_room, send, soon, told};
use crate::GOFORME;
use crate::in_flight::{address, all_is_read};

#[tokio::test]
async fn a_session_that_ends_takes_its_sockets_along() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let again = app.log_in(&user.email, testkit::people::PASSWORD).await;
    let mut wire = Wire::join(&app, &user).await;
    let poller = Poller::join(&app, &user).await;
    let mut other_session = Wire::join(&app, &again).await;
    let (polled, ()) = tokio::join!(poller.poll(), async {
        app.post("/auth/logout", &user, json!({})).await;
    });
    assert_eq!(polled.expect(200).text, "1");
    assert_eq!(wire.closed().await, (Some(4401), vec![]), "no DISCONNECT, so that a fresh token is tried");
    other_session.is_alive().await;
}

#[tokio::test]
async fn a_token_that_expires_closes_its_socket() {
    let app = TestApp::builder(GOFORME)
        .env("ACCESS_TOKEN_TTL", "1h")
        .env("SOCKET_IO_PING_INTERVAL", "100ms")
        .start()
        .await;
    let user = app.sign_up_dreamer().await;
    let mut wire = Wire::join(&app, &user).await;
    app.advance_clock(Duration::from_secs(3590)).await;
    wire.is_alive().await;
    app.advance_clock(Duration::from_secs(11)).await;
    let (code, packets) = wire.closed().await;
    assert_eq!(code, Some(4401));
    assert!(packets.iter().all(|packet| packet == "2"), "{packets:?}");
}

#[tokio::test]
async fn the_oldest_of_too_many_sockets_is_closed_for_good() {
    let app = TestApp::builder(GOFORME).env("CONNECTION_LIMIT", "2").start().await;
    let user = app.sign_up_dreamer().await;
    let mut first = Wire::join(&app, &user).await;
    let mut second = Wire::join(&app, &user).await;
    let third = Poller::join(&app, &user).await;
    // With a DISCONNECT: it would come back and push out the next one, and so on.
    assert_eq!(first.closed().await, (Some(4429), vec!["41".to_owned()]));
    second.is_alive().await;
    third.push("1").await.expect(200);
    third.is_gone().await;
    let _fourth = Wire::join(&app, &user).await;
    second.is_alive().await;
}

#[tokio::test]
async fn a_server_that_goes_down_closes_transports_and_disconnects_nobody() {
    let mut app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let mut dreamer = Wire::join(&app, &trip.dreamer).await;
    let mut maker = Wire::join(&app, &trip.maker).await;
    let (mut stranger, _) = Wire::begin(&app).await;
    let polling = Poller::join(&app, &trip.maker).await;
    dreamer.say(&send("1", &room, "last words")).await;
    assert!(dreamer.hear().await.starts_with("431[{"));
    assert_eq!(told(&maker.hear().await), "last words");
    assert_eq!(told(&polling.poll().await.expect(200).text), "last words");
    let began = Instant::now();
    let mut poll = TcpStream::connect(address(&app)).await.unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", polling.path);
    poll.write_all(request.as_bytes()).await.unwrap();
    all_is_read(&app).await;
    dreamer.is_alive().await;
    assert!(app.stop().await.success());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    for wire in [&mut dreamer, &mut maker, &mut stranger] {
        assert_eq!(wire.closed().await, (Some(1012), vec![]));
    }
    let mut polled = String::new();
    poll.read_to_string(&mut polled).await.unwrap();
    assert!(polled.starts_with("HTTP/1.1 200 ") && polled.ends_with("\r\n\r\n1"), "{polled}");

    app.restart().await;
    let mut maker = Wire::join(&app, &trip.maker).await;
    let mut dreamer = Wire::join(&app, &trip.dreamer).await;
    dreamer.say(&send("", &room, "back again")).await;
    assert_eq!(told(&maker.hear().await), "back again");
}

#[tokio::test]
async fn a_socket_that_never_reads_is_closed_and_others_do_not_notice() {
    let app = TestApp::builder(GOFORME)
        .env("CHAT_MESSAGE_LIMIT", "100000")
        // Nobody here answers a ping, and it takes its time.
        .env("SOCKET_IO_PING_INTERVAL", "1h")
        .start()
        .await;
    let (trip, room) = a_room(&app).await;
    let mut dreamer = Wire::join(&app, &trip.dreamer).await;
    let mut reading = Wire::join(&app, &trip.maker).await;
    let stuck = NeverReads::join(&app, &trip.maker.token).await;
    let long = "가".repeat(5000);
    // Until what was sent to it is more than the kernel, its queue and the hub's together hold.
    for number in 0..900 {
        dreamer.say(&send(&number.to_string(), &room, &long)).await;
        assert!(dreamer.hear().await.starts_with(&format!("43{number}[")));
        assert_eq!(told(&reading.hear().await), long);
    }
    eventually("it is closed", || async { app.log().contains("could not keep up").then_some(()) }).await;
    dreamer.is_alive().await;
    drop(stuck);
}

/// A client with small buffers that says hello and then reads nothing any more.
struct NeverReads {
    _stream: tokio::net::TcpStream,
}

impl NeverReads {
    async fn join(app: &TestApp, token: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let address = app.url("").replace("http://", "");
        let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
        let handshake = format!(
            "GET {PATH}&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Authorization: Bearer {token}\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(handshake.as_bytes()).await.unwrap();
        // "40", masked with zeros.
        stream.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'4', b'0']).await.unwrap();
        let (mut heard, mut buffer) = (Vec::new(), [0; 512]);
        while !String::from_utf8_lossy(&heard).contains("40{\"sid\"") {
            let read = soon("it joins", stream.read(&mut buffer)).await.unwrap();
            heard.extend_from_slice(&buffer[..read]);
        }
        Self { _stream: stream }
    }
}
