//! From polling to a WebSocket.

use serde_json::{Value, json};
use testkit::TestApp;

use super::wire::{Poller, Wire, a_room, after, send, told};
use crate::GOFORME;

fn bad_request() -> (u16, Value) {
    (400, json!({ "code": 3, "message": "Bad request" }))
}

/// Moves a connection as the official client does.
async fn upgraded(poller: &Poller<'_>) -> Wire {
    let mut wire = poller.websocket().await.ok().unwrap();
    let (polled, ()) = tokio::join!(poller.poll(), async {
        wire.say("2probe").await;
        assert_eq!(wire.hear().await, "3probe");
    });
    assert_eq!(polled.expect(200).text, "6");
    wire.say("5").await;
    wire
}

#[tokio::test]
async fn a_connection_moves_and_loses_nothing() {
    let app = TestApp::start(GOFORME).await;
    let (trip, room) = a_room(&app).await;
    let poller = Poller::join(&app, &trip.dreamer).await;
    let mut maker = Wire::join(&app, &trip.maker).await;

    let mut wire = poller.websocket().await.ok().unwrap();
    wire.say("2probe").await;
    assert_eq!(wire.hear().await, "3probe");
    // The client has stopped polling; this waits for it.
    maker.say(&send("1", &room, "between")).await;
    after("431", &maker.hear().await);
    wire.say("5").await;
    assert_eq!(told(&wire.hear().await), "between");

    wire.say(&send("2", &room, "moved")).await;
    assert_eq!(after("432", &wire.hear().await)[0]["content"], "moved");
    assert_eq!(told(&maker.hear().await), "moved");
}

#[tokio::test]
async fn a_connection_that_has_moved_polls_no_more() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    let mut wire = upgraded(&poller).await;
    wire.say("40/a,").await;
    assert!(wire.hear().await.starts_with("44/a,"));
    for answer in [poller.poll().await, poller.push("3").await] {
        assert_eq!(answer.expect(400).json["code"], 3);
    }
    assert_eq!(poller.websocket().await.err(), Some(bad_request()));
    wire.say("40/b,").await;
    assert!(wire.hear().await.starts_with("44/b,"), "it has not noticed");
    wire.say("5").await;
    assert_eq!(wire.closed().await.0, Some(4400), "once is enough");
    poller.is_gone().await;
}

#[tokio::test]
async fn a_websocket_that_is_not_the_one_leaves_the_connection_polling() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    for packets in
        [&["5"][..], &["3"], &["2probe", "2probe"], &["2probe", "40/a,"], &["abc"], &["2probe", "1"]]
    {
        let mut wire = poller.websocket().await.ok().unwrap();
        assert_eq!(poller.websocket().await.err(), Some(bad_request()), "one at a time");
        for packet in packets {
            wire.say(packet).await;
        }
        wire.closed().await;
        poller.push("40/still,").await.expect(200);
        assert!(poller.poll().await.expect(200).text.starts_with("44/still,"), "{packets:?}");
    }
    let mut wire = upgraded(&poller).await;
    wire.say("40/a,").await;
    assert!(wire.hear().await.starts_with("44/a,"));
}

#[tokio::test]
async fn a_connection_that_ends_takes_the_websocket_that_is_tried_along() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    let mut wire = poller.websocket().await.ok().unwrap();
    wire.say("2probe").await;
    wire.hear().await;
    poller.push("1").await.expect(200);
    wire.closed().await;
    poller.is_gone().await;
}
