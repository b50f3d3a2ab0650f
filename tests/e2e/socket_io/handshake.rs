//! How a connection begins, and which requests are refused.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Guest, TestApp};

use super::wire::{PATH, Poller, Wire, after, soon};
use crate::GOFORME;

const UNKNOWN: &str = "01890000-0000-4000-8000-000000000000";

fn refusal(code: u8) -> Value {
    let messages = [
        "Transport unknown",
        "Session ID unknown",
        "Bad handshake method",
        "Bad request",
        "Forbidden",
        "Unsupported protocol version",
    ];
    json!({ "code": code, "message": messages[usize::from(code)] })
}

#[tokio::test]
async fn a_connection_begins_with_what_the_client_has_to_know() {
    let app = TestApp::start(GOFORME).await;
    let answer = app.get(&format!("{PATH}&transport=polling"), &Guest).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut by_polling = after("0", &answer.text);
    let (_, mut by_websocket) = Wire::begin(&app).await;
    let sids = [by_polling["sid"].take(), by_websocket["sid"].take()];
    assert!(sids.iter().all(Value::is_string) && sids[0] != sids[1], "{sids:?}");
    let open = |upgrades: &[&str]| {
        json!({
            "sid": null, "upgrades": upgrades, "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 65_536,
        })
    };
    assert_eq!((by_polling, by_websocket), (open(&["websocket"]), open(&[])));
    // The client appends a slash, others may not.
    for path in ["/socket.io?EIO=4&transport=polling", "/Socket.IO/?EIO=4&transport=polling&t=x"] {
        app.get(path, &Guest).await.expect(200);
    }
}

#[tokio::test]
async fn requests_that_are_wrong_are_refused_in_the_words_of_the_official_server() {
    let app = TestApp::start(GOFORME).await;
    let poller = Poller::begin(&app).await;
    let (mut wire, open) = Wire::begin(&app).await;
    let of_websocket = open["sid"].as_str().unwrap();
    let of_polling = poller.open["sid"].as_str().unwrap();
    for (method, query, code) in [
        ("GET", "transport=polling".to_owned(), 5),
        ("GET", "EIO=3&transport=polling".to_owned(), 5),
        ("GET", "EIO=abc&transport=polling".to_owned(), 5),
        ("GET", String::new(), 0),
        ("GET", "EIO=4".to_owned(), 0),
        ("GET", "EIO=4&transport=abc".to_owned(), 0),
        ("GET", "EIO=4&transport=webtransport".to_owned(), 0),
        ("GET", "EIO=4&transport=polling&transport=polling".to_owned(), 3),
        ("POST", "EIO=4&transport=polling".to_owned(), 2),
        ("PUT", "EIO=4&transport=polling".to_owned(), 2),
        ("DELETE", "EIO=4&transport=websocket".to_owned(), 2),
        // No upgrade where there should be one
        ("GET", "EIO=4&transport=websocket".to_owned(), 3),
        ("GET", format!("EIO=4&transport=websocket&sid={of_polling}"), 3),
        // Names that nobody has
        ("GET", format!("EIO=4&transport=polling&sid={UNKNOWN}"), 1),
        ("POST", format!("EIO=4&transport=polling&sid={UNKNOWN}"), 1),
        ("GET", "EIO=4&transport=polling&sid=x".to_owned(), 1),
        // Names of something else
        ("GET", format!("EIO=4&transport=polling&sid={of_websocket}"), 3),
        ("POST", format!("EIO=4&transport=polling&sid={of_websocket}"), 3),
        ("GET", format!("EIO=3&transport=polling&sid={of_polling}"), 3),
        ("PUT", format!("EIO=4&transport=polling&sid={of_polling}"), 3),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = app.send(app.request(method, &format!("/socket.io/?{query}"), &Guest)).await;
        assert_eq!(answer.expect(400).json, refusal(code), "{query}");
    }
    for (query, code) in [
        ("transport=websocket".to_owned(), 5),
        ("EIO=abc&transport=websocket".to_owned(), 5),
        ("EIO=4".to_owned(), 0),
        ("EIO=4&transport=abc".to_owned(), 0),
        ("EIO=4&transport=polling".to_owned(), 3),
        (format!("EIO=4&transport=websocket&sid={UNKNOWN}"), 1),
        (format!("EIO=4&transport=websocket&sid={of_websocket}"), 3),
    ] {
        let refused = Wire::open(&app, &format!("/socket.io/?{query}")).await.err();
        assert_eq!(refused, Some((400, refusal(code))), "{query}");
    }
    // None of it has hurt the two.
    poller.push("40/none,").await.expect(200);
    assert_eq!(poller.poll().await.expect(200).text, r#"44/none,{"message":"Invalid namespace"}"#);
    wire.say("40/none,").await;
    assert_eq!(wire.hear().await, r#"44/none,{"message":"Invalid namespace"}"#);
}

#[tokio::test]
async fn the_web_clients_page_may_poll_and_others_may_not_read() {
    let app = TestApp::builder(GOFORME).env("CORS_ORIGINS", "https://web.example").start().await;
    let path = format!("{PATH}&transport=polling");
    for (origin, allowed) in [("https://web.example", true), ("https://evil.example", false)] {
        let request = app.request(Method::GET, &path, &Guest).header("Origin", origin);
        let answer = app.send(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed.then_some(origin));
        // Without the other header this one means nothing.
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    }
    let preflight = app
        .request(Method::OPTIONS, &path, &Guest)
        .header("Origin", "https://web.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization");
    app.send(preflight).await.expect(200);
}

#[tokio::test]
async fn only_so_many_may_be_there_without_saying_who_they_are() {
    let app = TestApp::builder(GOFORME).env("SOCKET_IO_WAITING", "2").start().await;
    let user = app.sign_up_dreamer().await;
    let joined = Wire::join(&app, &user).await;
    let (mut wire, _) = Wire::begin(&app).await;
    let poller = Poller::begin(&app).await;
    let path = format!("{PATH}&transport=polling");
    let busy = app.get(&path, &Guest).await.expect(503);
    assert_eq!((busy.json["code"].as_u64(), busy.header("retry-after")), (Some(4), Some("1")));
    let refused = Wire::open(&app, &format!("{PATH}&transport=websocket")).await.err();
    assert_eq!(refused.unwrap().0, 503);
    // Whoever says who they are makes room, and so does whoever goes.
    wire.say(&format!("40{}", json!({ "token": user.token }))).await;
    wire.hear().await;
    let next = Poller::begin(&app).await;
    for gone in [poller, next] {
        gone.push("1").await.expect(200);
        gone.is_gone().await;
    }
    drop(joined);
    soon("there is room again", async {
        Poller::begin(&app).await;
        Poller::begin(&app).await;
    })
    .await;
}
