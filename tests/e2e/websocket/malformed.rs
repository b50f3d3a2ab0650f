//! Frames of every sort, on both paths that take them.

use testkit::{TestApp, User};

use super::raw::{CLOSE, CONTINUATION, FINAL, PING, Raw, TEXT, close, frame, header};
use crate::GOFORME;
use crate::noise::{Noise, OF_SOCKET_IO, OF_WS};

/// A frame, or what looks a little like one.
fn anything(noise: &mut Noise, bits: &[&str]) -> Vec<u8> {
    let first = u8::try_from(noise.below(256)).unwrap();
    let text = noise.text(bits, 12);
    match noise.below(9) {
        0 => noise.bytes(40),
        1 => frame(first, text),
        2 => frame(first, noise.bytes(300)),
        3 => frame(FINAL | TEXT, noise.bytes(60)),
        4 => header(first, 1 << noise.below(64)),
        // Without a mask.
        5 => [&[first, u8::try_from(text.len() % 126).unwrap()], text.as_bytes()].concat(),
        6 => frame(CLOSE, noise.bytes(130)),
        7 => close(u16::try_from(noise.below(5200)).unwrap(), text),
        _ => {
            let (start, end) = text.as_bytes().split_at(noise.below(text.len() + 1));
            let between = if noise.below(2) == 0 { frame(PING, "?") } else { Vec::new() };
            [frame(TEXT, start), between, frame(FINAL | CONTINUATION, end)].concat()
        }
    }
}

/// Sends a thousand of them, four to a connection, and sees each connection end.
async fn send_a_thousand(app: &TestApp, user: &User, path: &str, begin: &str, bits: &[&str]) {
    let mut noise = Noise::new(20_310_506);
    for _ in 0..250 {
        let mut client = Raw::open(app, path, user).await;
        client.write(&frame(FINAL | TEXT, begin)).await;
        for _ in 0..4 {
            client.write(&anything(&mut noise, bits)).await;
        }
        // Whoever still waits for the rest of a frame learns that there is none.
        client.say_no_more().await;
        client.ended().await;
    }
}

#[tokio::test]
async fn a_thousand_frames_of_every_sort_are_an_end_or_an_error_but_never_a_panic() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    send_a_thousand(&app, &user, "/ws", r#"{"op":"hello"}"#, &OF_WS).await;
    send_a_thousand(&app, &user, "/socket.io/?EIO=4&transport=websocket", "40", &OF_SOCKET_IO).await;
    let mut client = Raw::join(&app, &user).await;
    client.write(&frame(FINAL | TEXT, r#"{"op":"ping","ref":1}"#)).await;
    assert_eq!(client.text().await, r#"{"op":"pong","ref":1}"#);
    assert!(!app.log().contains("panicked") && !app.log().contains(" ERROR "), "{}", app.log());
}
