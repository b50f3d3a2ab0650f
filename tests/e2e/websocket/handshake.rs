//! How a WebSocket begins, and which requests are refused instead.

use testkit::{Guest, TestApp};

use super::raw::{FINAL, HANDSHAKE, Raw, TEXT, frame};
use crate::GOFORME;

/// The status of the answer to a request with these headers.
async fn status(app: &TestApp, line: &str, headers: &str) -> (u16, String) {
    let (head, _) = Raw::ask(app, format!("{line}\r\n{headers}\r\n")).await;
    (head["HTTP/1.1 ".len()..][..3].parse().unwrap(), head)
}

#[tokio::test]
async fn the_answer_proves_that_the_request_was_understood() {
    let app = TestApp::start(GOFORME).await;
    for headers in [
        HANDSHAKE.to_owned(),
        HANDSHAKE.to_lowercase().replace("dghlihnhbxbszsbub25jzq==", "dGhlIHNhbXBsZSBub25jZQ=="),
        HANDSHAKE.replace("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
        HANDSHAKE.replace("websocket\r\n", "WebSocket\r\n"),
        format!("{HANDSHAKE}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"),
        format!("{HANDSHAKE}Sec-WebSocket-Protocol: other\r\n"),
        format!("{HANDSHAKE}Origin: https://elsewhere.example\r\n"),
    ] {
        let (code, head) = status(&app, "GET /ws HTTP/1.1", &headers).await;
        assert_eq!(code, 101, "{headers}{head}");
        let head = head.to_lowercase();
        // The example of RFC 6455.
        for header in [
            "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
            "upgrade: websocket",
            "connection: upgrade",
        ] {
            assert!(head.contains(&format!("\r\n{header}\r\n")), "no {header}: {head}");
        }
        for header in
            ["sec-websocket-extensions", "sec-websocket-protocol", "content-length", "transfer-encoding"]
        {
            assert!(!head.contains(header), "{header}: {head}");
        }
    }
    let (_, head) =
        status(&app, "GET /ws HTTP/1.1", &format!("{HANDSHAKE}Sec-WebSocket-Protocol: a, goforme.v1\r\n"))
            .await;
    assert!(head.to_lowercase().contains("\r\nsec-websocket-protocol: goforme.v1\r\n"), "{head}");
}

#[tokio::test]
async fn a_request_that_asks_for_it_wrongly_is_refused() {
    let app = TestApp::start(GOFORME).await;
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let (get, post) = ("GET /ws HTTP/1.1", "POST /ws HTTP/1.1");
    for (line, headers, expected) in [
        (get, "Host: x\r\n".to_owned(), 400),
        (get, HANDSHAKE.replace(key, ""), 400),
        (get, HANDSHAKE.replace(key, "Sec-WebSocket-Key:\r\n"), 400),
        (get, HANDSHAKE.replace(key, "Sec-WebSocket-Key: c2hvcnQ=\r\n"), 400),
        (get, HANDSHAKE.replace(key, "Sec-WebSocket-Key: not!base64!not!base64!!\r\n"), 400),
        (get, HANDSHAKE.replace("Version: 13", "Version: 12"), 426),
        (get, HANDSHAKE.replace("Version: 13", "Version: x"), 426),
        (get, HANDSHAKE.replace("Sec-WebSocket-Version: 13\r\n", ""), 400),
        (get, HANDSHAKE.replace("Connection: Upgrade", "Connection: close"), 400),
        (get, HANDSHAKE.replace("Upgrade: websocket", "Upgrade: h2c"), 400),
        (get, format!("{HANDSHAKE}Transfer-Encoding: chunked\r\n"), 400),
        (get, format!("{HANDSHAKE}Authorization: Bearer nonsense\r\n"), 401),
        (post, HANDSHAKE.to_owned(), 405),
        ("PUT /ws HTTP/1.1", HANDSHAKE.to_owned(), 405),
        ("GET /elsewhere HTTP/1.1", HANDSHAKE.to_owned(), 404),
        ("GET /users/me HTTP/1.1", HANDSHAKE.to_owned(), 401),
    ] {
        let (code, head) = status(&app, line, &headers).await;
        assert_eq!(code, expected, "{line}\n{headers}{head}");
        if code == 426 {
            assert!(head.to_lowercase().contains("\r\nsec-websocket-version: 13\r\n"), "{head}");
        }
    }
    // What asks for a WebSocket where there is none, is answered all the same.
    let (code, head) = status(&app, "GET /health/live HTTP/1.1", HANDSHAKE).await;
    assert_eq!(code, 200, "{head}");
    app.get("/health/live", &Guest).await.expect(200);
}

#[tokio::test]
async fn what_follows_the_handshake_at_once_is_not_lost() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let hello = format!(r#"{{"op":"hello","token":"{}"}}"#, user.token);
    let frames = [frame(FINAL | TEXT, hello), frame(FINAL | TEXT, r#"{"op":"ping","ref":1}"#)].concat();
    let request = format!("GET /ws HTTP/1.1\r\n{HANDSHAKE}\r\n");
    let (head, mut raw) = Raw::ask(&app, [request.as_bytes(), &frames].concat()).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(raw.text().await.starts_with(r#"{"op":"ready""#));
    assert_eq!(raw.text().await, r#"{"op":"pong","ref":1}"#);
}
