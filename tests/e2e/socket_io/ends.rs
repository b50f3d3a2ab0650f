//! How connections of members end, and what others notice of that.

use std::time::{Duration, Instant};

use serde_json::json;
use testkit::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::wire::{Poller, Wire, a_room, send, told};
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
