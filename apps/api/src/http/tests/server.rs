//! What only a real connection shows.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::HttpServer;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::{blueprint, state};
use crate::http::extract::BodyLimits;
use crate::http::server::{announce, listen};

const PLAN: &str = r#"{"title":"t","place":{"serviceAreas":[],"price":5}}"#;

/// A server that ends with the token; the task is the server.
fn start(
    limits: BodyLimits,
) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<std::io::Result<()>>) {
    let mut state = state();
    state.settings.body = limits;
    let (blueprint, shutdown) = (blueprint(state), CancellationToken::new());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = HttpServer::new(move || blueprint.app())
        .workers(1)
        .shutdown_timeout(10)
        .shutdown_signal(shutdown.clone().cancelled_owned())
        .listen(listener)
        .unwrap();
    (address, shutdown, tokio::spawn(server.run()))
}

fn head(length: &str) -> String {
    format!("POST /plans HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer maker\r\n{length}\r\n\r\n")
}

/// The status line and all that follows, until the connection ends or the answer is whole.
async fn answer(stream: &mut TcpStream) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        if read == 0 || text.contains('}') || text.contains("\r\n\r\n\"") {
            return text;
        }
    }
}

#[actix_web::test]
async fn a_client_that_sends_far_too_much_still_reads_why_it_was_refused() {
    let (address, _, _) = start(BodyLimits::default());
    let megabytes = vec![b' '; 3 << 20];
    for length in [format!("Content-Length: {}", megabytes.len()), "Transfer-Encoding: chunked".to_owned()] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let mut request = head(&length).into_bytes();
        if length.ends_with("chunked") {
            request.extend_from_slice(format!("{:x}\r\n", megabytes.len()).as_bytes());
        }
        request.extend_from_slice(&megabytes);
        // The server may stop reading half way.
        let _ = stream.write_all(&request).await;
        let answered = answer(&mut stream).await;
        assert!(answered.starts_with("HTTP/1.1 413") && answered.contains("BODY_TOO_LARGE"), "{answered}");
    }
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let (address, _, _) = start(BodyLimits { time: Duration::from_millis(20), ..BodyLimits::default() });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head("Content-Length: 50").as_bytes()).await.unwrap();
    let answered = answer(&mut stream).await;
    assert!(answered.starts_with("HTTP/1.1 408") && answered.contains("BODY_TOO_SLOW"), "{answered}");
}

#[actix_web::test]
async fn a_request_in_flight_is_finished_when_the_server_is_told_to_stop() {
    let (address, shutdown, server) = start(BodyLimits::default());
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (first, rest) = PLAN.split_at(10);
    let begin =
        format!("{}{first}", head(&format!("Expect: 100-continue\r\nContent-Length: {}", PLAN.len())));
    stream.write_all(begin.as_bytes()).await.unwrap();
    // The server has begun with the request once it asks for the body.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    shutdown.cancel();
    stream.write_all(rest.as_bytes()).await.unwrap();
    let answered = answer(&mut stream).await;
    assert!(answered.starts_with("HTTP/1.1 201"), "{answered}");
    server.await.unwrap().unwrap();
}

#[actix_web::test]
async fn a_free_port_is_told_through_a_file_and_a_taken_one_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("address");
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let bound = listener.local_addr().unwrap();
    announce(bound, Some(&file)).unwrap();
    announce(bound, None).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{bound}\n"));
    let refused = listen(bound).unwrap_err().to_string();
    assert!(refused.starts_with(&bound.to_string()), "{refused}");
}

#[actix_web::test]
async fn a_client_that_takes_in_nothing_does_not_keep_its_connection_for_ever() {
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let bound = listener.local_addr().unwrap();
    listener.set_nonblocking(false).unwrap();
    let _client = TcpStream::connect(bound).await.unwrap();
    let (accepted, _) = listener.accept().unwrap();
    let patience = SockRef::from(&accepted).tcp_user_timeout().unwrap();
    assert_eq!(patience, Some(Duration::from_mins(2)));
}
