//! The WebSocket transport.

use testkit::{Guest, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::wire::{PATH, Wire, soon};
use crate::GOFORME;
use crate::noise::{Noise, OF_SOCKET_IO};

#[tokio::test]
async fn a_packet_that_is_none_closes_the_connection() {
    let app = TestApp::start(GOFORME).await;
    for packet in
        ["abc", "", "7", "é", "0{}", "2", "2probe", "5", "1x", "3x", "4", "4abc", "47", "4é", "41", "43[]"]
    {
        let (mut wire, _) = Wire::begin(&app).await;
        wire.say(packet).await;
        assert_eq!(wire.closed().await, (Some(4400), vec![]), "{packet}");
    }
    let (mut wire, _) = Wire::begin(&app).await;
    wire.send(Message::binary([1, 2, 3].as_slice())).await;
    assert_eq!(wire.closed().await, (Some(4400), vec![]), "an attachment to nothing");
}

#[tokio::test]
async fn packets_that_say_nothing_change_nothing() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut wire = Wire::join(&app, &user).await;
    for packet in ["6", "3"] {
        wire.say(packet).await;
    }
    wire.is_alive().await;
}

#[tokio::test]
async fn a_goodbye_closes_the_connection() {
    let app = TestApp::start(GOFORME).await;
    let (mut wire, open) = Wire::begin(&app).await;
    wire.say("1").await;
    let (code, packets) = wire.closed().await;
    assert!(code.is_none_or(|code| code == 1005) && packets.is_empty(), "{code:?} {packets:?}");
    let path = format!("{PATH}&transport=polling&sid={}", open["sid"].as_str().unwrap());
    app.get(&path, &Guest).await.expect(400);
}

#[tokio::test]
async fn the_server_pings_and_closes_when_nobody_answers() {
    let app = TestApp::builder(GOFORME)
        .env("SOCKET_IO_PING_INTERVAL", "150ms")
        .env("SOCKET_IO_PING_TIMEOUT", "300ms")
        .start()
        .await;
    let (mut wire, _) = Wire::begin(&app).await;
    for _ in 0..3 {
        assert_eq!(wire.hear().await, "2");
        wire.say("3").await;
    }
    assert_eq!(wire.closed().await, (Some(4408), vec!["2".to_owned()]));
}

#[tokio::test]
async fn whoever_does_not_join_in_time_has_to_go() {
    let app = TestApp::builder(GOFORME).env("SOCKET_IO_CONNECT_TIMEOUT", "50ms").start().await;
    let (mut wire, _) = Wire::begin(&app).await;
    assert_eq!(wire.closed().await, (Some(4408), vec![]));
}

#[tokio::test]
async fn a_message_may_come_in_several_frames_with_pings_between() {
    let app = TestApp::start(GOFORME).await;
    let (mut wire, _) = Wire::begin(&app).await;
    let frame = |text: &str, code: Data, last: bool| {
        Message::Frame(Frame::message(text.as_bytes().to_vec(), OpCode::Data(code), last))
    };
    wire.send(frame("40/\u{d55c}", Data::Text, false)).await;
    wire.send(Message::Ping("still there?".into())).await;
    assert_eq!(wire.next().await, Some(Message::Pong("still there?".into())));
    wire.send(frame("\u{ae00},", Data::Continue, true)).await;
    assert_eq!(wire.hear().await, "44/한글,{\"message\":\"Invalid namespace\"}");
}

#[tokio::test]
async fn a_message_that_is_too_large_closes_the_connection_however_it_comes() {
    let app = TestApp::start(GOFORME).await;
    let (mut wire, _) = Wire::begin(&app).await;
    wire.say(&format!("40/{},", "x".repeat(65_536 - 4))).await;
    assert!(wire.hear().await.starts_with("44/xxx"), "just as large as it may be");

    wire.say(&format!("40/{},", "x".repeat(65_536 - 3))).await;
    assert_eq!(wire.closed().await, (Some(4400), vec![]));

    let (mut wire, _) = Wire::begin(&app).await;
    for part in 0..3 {
        let code = if part == 0 { Data::Text } else { Data::Continue };
        let payload = "4".repeat(30_000).into_bytes();
        wire.send(Message::Frame(Frame::message(payload, OpCode::Data(code), part == 2))).await;
    }
    assert_eq!(wire.closed().await, (Some(4400), vec![]));
}

#[tokio::test]
async fn a_frame_that_announces_too_much_is_not_waited_for() {
    let app = TestApp::start(GOFORME).await;
    let address = app.url("").replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let handshake = format!(
        "GET {PATH}&transport=websocket HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(handshake.as_bytes()).await.unwrap();
    // A text frame of a tebibyte, of which only the header ever comes.
    let mut header = vec![0x81, 0xFF];
    header.extend((1_u64 << 40).to_be_bytes());
    header.extend([0; 4]);
    stream.write_all(&header).await.unwrap();
    let mut heard = Vec::new();
    soon("the server hangs up", stream.read_to_end(&mut heard)).await.unwrap();
    let close = [&[0x88, 31][..], &4400_u16.to_be_bytes(), b"not a packet of this protocol"].concat();
    assert!(heard.ends_with(&close), "{}", String::from_utf8_lossy(&heard));
}

#[tokio::test]
async fn a_thousand_packets_of_every_sort_are_an_end_or_an_error_but_never_a_panic() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut noise = Noise::new(20_310_506);
    let mut wire = Wire::join(&app, &user).await;
    for _ in 0..1000 {
        let frame = noise.text(&OF_SOCKET_IO, 6);
        let is_binary = noise.below(10) == 0;
        wire.send(if is_binary { Message::binary(frame.into_bytes()) } else { Message::text(frame) }).await;
        // A ping that is answered, or the end: either way the frame before has been read.
        wire.send(Message::Ping("read?".into())).await;
        loop {
            match wire.next().await {
                Some(Message::Pong(_)) => break,
                Some(Message::Text(_)) => {}
                Some(_) | None => {
                    wire = Wire::join(&app, &user).await;
                    break;
                }
            }
        }
    }
    wire = Wire::join(&app, &user).await;
    wire.is_alive().await;
    assert!(!app.log().contains("panic"), "{}", app.log());
}
