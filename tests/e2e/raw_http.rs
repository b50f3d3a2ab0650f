//! What is hardly HTTP at all: it is refused or cut off, and hurts nobody.

use std::time::Duration;

use testkit::{Guest, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::GOFORME;
use crate::in_flight::address;

/// How long a reply may take.
const SOON: Duration = Duration::from_secs(5);

/// Sends bytes and answers what comes back before the server closes the connection, or before nothing
/// more comes.
async fn exchange(app: &TestApp, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(address(app)).await.unwrap();
    // The server may have had enough before all is written.
    let _ = connection.write_all(request).await;
    let _ = connection.shutdown().await;
    let mut reply = Vec::new();
    let read = timeout(SOON, connection.read_to_end(&mut reply)).await;
    assert!(
        read.is_ok(),
        "no end of the reply to {}",
        String::from_utf8_lossy(&request[..request.len().min(80)])
    );
    String::from_utf8_lossy(&reply).into_owned()
}

/// The status of a reply; `None` if there was none.
fn status(reply: &str) -> Option<u16> {
    reply.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

#[tokio::test]
async fn what_is_no_request_is_refused_or_cut_off() {
    let app = TestApp::start(GOFORME).await;
    let long = "x".repeat(300_000);
    for request in [
        "\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET no-slash HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nBad Name: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: \0\r\n\r\n".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n".to_owned(),
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"email\":".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{}\r\n", "X-Many: 1\r\n".repeat(10_000)),
        format!("{long}\r\n"),
    ] {
        let reply = exchange(&app, request.as_bytes()).await;
        let shown = &request[..request.len().min(80)];
        assert!(status(&reply).is_none_or(|status| (400..500).contains(&status)), "{shown:?}: {reply}");
    }
    let hello = exchange(&app, b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\0\0\0\0").await;
    assert!(status(&hello).is_none_or(|status| status == 400), "{hello}");
    app.get("/health/ready", &Guest).await.expect(200);
    // actix calls it an error of its stream that somebody sent no HTTP.
    let log = app.log();
    let faults: Vec<&str> =
        log.lines().filter(|line| line.contains(" ERROR ") && !line.contains("stream error: ")).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn no_path_leads_out_of_the_routes() {
    let app = TestApp::start(GOFORME).await;
    for path in [
        "/../../etc/passwd",
        "/media/../../../../etc/passwd",
        "/media/..%2f..%2fgoforme.sqlite3",
        "/docs/../../../etc/passwd",
        "/docs/..%2f..%2fCargo.toml",
        "/%00",
        "/plans/%",
        "/plans/%ff",
        "/plans/\x7f",
        "/plans/?page=%ff&page=%00",
        "*",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let reply = exchange(&app, request.as_bytes()).await;
        assert!(status(&reply).is_none_or(|status| (400..500).contains(&status)), "{path}: {reply}");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle_leaves_nothing_behind() {
    let app = TestApp::start(GOFORME).await;
    for _ in 0..50 {
        let mut connection = TcpStream::connect(address(&app)).await.unwrap();
        let head = "POST /auth/signup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"user\":";
        connection.write_all(head.as_bytes()).await.unwrap();
    }
    app.sign_up_dreamer().await;
    assert!(!app.log().contains(" ERROR "), "{}", app.log());
}
