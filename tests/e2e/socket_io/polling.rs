//! The polling transport.

use serde_json::json;
use testkit::{Guest, TestApp, eventually};

use super::wire::{PATH, Poller, a_room, after, send, soon, told};
use crate::GOFORME;
use crate::noise::{Noise, OF_SOCKET_IO};

const NO_NAMESPACE: &str = r#"44/a,{"message":"Invalid namespace"}"#;

#[tokio::test]
async fn a_body_holds_several_packets_and_so_does_an_answer() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    let pushed = poller.push("40/a,").await.expect(200);
    assert_eq!((pushed.text.as_str(), pushed.header("content-type")), ("ok", Some("text/html")));
    assert_eq!(poller.poll().await.expect(200).text, NO_NAMESPACE);
    poller.push("40/a,\x1e6\x1e3\x1e40/b,{\"x\":1}").await.expect(200);
    let mut heard = String::new();
    while heard.matches("44/").count() < 2 {
        heard.push_str(&poller.poll().await.expect(200).text);
        heard.push('\x1e');
    }
    assert_eq!(heard, format!("{NO_NAMESPACE}\x1e{}\x1e", NO_NAMESPACE.replace("/a", "/b")));
}

#[tokio::test]
async fn a_poll_waits_until_there_is_something_to_hear() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let dreamer = Poller::join(&app, &trip.dreamer).await;
    let maker = Poller::join(&app, &trip.maker).await;
    let (heard, pushed) = tokio::join!(maker.poll(), dreamer.push(send("", &room, "first")));
    pushed.expect(200);
    assert_eq!(told(&heard.expect(200).text), "first");
    // Between two polls nothing is lost.
    dreamer.push(format!("{}\x1e{}", send("7", &room, "second"), send("", &room, "third"))).await.expect(200);
    assert_eq!(after("437", &dreamer.poll().await.expect(200).text)[0]["content"], "second");
    let mut texts = Vec::new();
    while texts.len() < 2 {
        texts.extend(maker.poll().await.expect(200).text.split('\x1e').map(told));
    }
    assert_eq!(texts, ["second", "third"]);
}

#[tokio::test]
async fn a_body_that_is_wrong_ends_the_connection() {
    let app = TestApp::start(GOFORME).await;
    let too_large = format!("4{}", "x".repeat(65_536));
    for (body, status) in [
        (b"abc".to_vec(), 400),
        (b"".to_vec(), 400),
        (b"2".to_vec(), 400),
        (b"0{}".to_vec(), 400),
        (b"5".to_vec(), 400),
        (b"2probe".to_vec(), 400),
        (b"40/a,\x1e".to_vec(), 400),
        (b"40/a,\x1eabc".to_vec(), 400),
        (b"4\xff".to_vec(), 400),
        (too_large.into_bytes(), 413),
    ] {
        let poller = Poller::begin(&app).await;
        poller.push(&body).await.expect(status);
        assert_eq!(poller.poll().await.expect(200).text, "1", "it's told of the end");
        poller.is_gone().await;
    }
    // Here the packet is one, but what it holds is none.
    for body in ["4abc", "4", "42[\"too early\"]", "bAQID"] {
        let poller = Poller::begin(&app).await;
        poller.push(body).await.expect(200);
        assert_eq!(poller.poll().await.expect(200).text, "1", "{body}");
        poller.is_gone().await;
    }
}

#[tokio::test]
async fn a_second_poll_at_the_same_time_ends_the_connection() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    // One of them comes second, whichever it is.
    let (one, other) = soon("both are answered", async { tokio::join!(poller.poll(), poller.poll()) }).await;
    let (first, second) = if one.status == 200 { (one, other) } else { (other, one) };
    assert_eq!(first.expect(200).text, "1");
    second.expect(400);
    poller.is_gone().await;
}

#[tokio::test]
async fn a_goodbye_is_the_end_and_sends_a_poll_home() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    let (polled, pushed) = tokio::join!(poller.poll(), async {
        // What comes before it in the same body still counts.
        poller.push("6\x1e1").await
    });
    pushed.expect(200);
    // If the goodbye was first there was no poll to send home.
    if polled.status == 200 {
        assert_eq!(polled.text, "6");
    }
    poller.is_gone().await;
}

#[tokio::test]
async fn binary_packets_are_skipped_with_the_event_that_they_belong_to() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let poller = Poller::join(&app, &user).await;
    let event = r#"451-5["ClientToServerMessage",{"_placeholder":true,"num":0}]"#;
    poller.push(format!("{event}\x1ebAQIDBA==")).await.expect(200);
    let mut heard = String::new();
    while !heard.contains("435[") {
        heard.push_str(&poller.poll().await.expect(200).text);
    }
    assert!(heard.contains(r#"42["ERROR","#) && heard.contains("BINARY_NOT_ACCEPTED"), "{heard}");
    poller.push("bAQIDBA==").await.expect(200);
    assert_eq!(poller.poll().await.expect(200).text, "1", "an attachment to nothing");
}

#[tokio::test]
async fn the_server_pings_and_gives_up_those_who_do_not_answer_or_do_not_poll() {
    let app = TestApp::builder(GOFORME)
        .env("SOCKET_IO_PING_INTERVAL", "200ms")
        .env("SOCKET_IO_PING_TIMEOUT", "400ms")
        .start()
        .await;
    let poller = Poller::begin(&app).await;
    assert_eq!((&poller.open["pingInterval"], &poller.open["pingTimeout"]), (&json!(200), &json!(400)));
    for _ in 0..3 {
        assert_eq!(poller.poll().await.expect(200).text, "2");
        poller.push("3").await.expect(200);
    }
    assert_eq!(poller.poll().await.expect(200).text, "2");
    assert_eq!(poller.poll().await.expect(200).text, "1");
    poller.is_gone().await;
}

#[tokio::test]
async fn a_client_that_never_polls_is_given_up() {
    let app = TestApp::builder(GOFORME)
        .env("SOCKET_IO_PING_INTERVAL", "100ms")
        .env("SOCKET_IO_PING_TIMEOUT", "100ms")
        .env("SOCKET_IO_WAITING", "1")
        .start()
        .await;
    let _poller = Poller::begin(&app).await;
    // It had the only place among those who have not joined.
    eventually("its place is free", || async {
        let answer = app.get(&format!("{PATH}&transport=polling"), &Guest).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn whoever_does_not_join_in_time_has_to_go() {
    let app = TestApp::builder(GOFORME).env("SOCKET_IO_CONNECT_TIMEOUT", "100ms").start().await;
    let poller = Poller::begin(&app).await;
    poller.push("40/other,").await.expect(200);
    let mut heard = poller.poll().await.expect(200).text;
    while !heard.ends_with('1') {
        heard = poller.poll().await.expect(200).text;
    }
    poller.is_gone().await;
}

#[tokio::test]
async fn a_thousand_bodies_of_every_sort_are_an_end_or_an_error_but_never_a_panic() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut noise = Noise::new(20_310_506);
    let mut poller = Poller::join(&app, &user).await;
    for _ in 0..1000 {
        let body = match noise.below(4) {
            0 => noise.bytes(100),
            1 => noise.text(&OF_SOCKET_IO, 4).into_bytes(),
            _ => (0..=noise.below(3))
                .map(|_| noise.text(&OF_SOCKET_IO, 4))
                .collect::<Vec<_>>()
                .join("\x1e")
                .into_bytes(),
        };
        let status = poller.push(&body).await.status;
        assert!(matches!(status, 200 | 400), "{status}: {}", String::from_utf8_lossy(&body));
        // What is no namespace is refused, which shows that the connection lives.
        if status == 400 || poller.push("40/still,").await.status != 200 {
            poller = Poller::join(&app, &user).await;
        }
    }
    let poller = Poller::join(&app, &user).await;
    poller.push("40/still,").await.expect(200);
    assert_eq!(poller.poll().await.expect(200).text, NO_NAMESPACE.replace("/a", "/still"));
    assert!(!app.log().contains("panicked") && !app.log().contains(" ERROR "), "{}", app.log());
}
