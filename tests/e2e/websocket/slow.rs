//! Clients that never read.

use std::fs;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use testkit::{TestApp, only_embedded};

use super::raw::{FINAL, Raw, TEXT, frame};
use super::{Socket, id};
use crate::GOFORME;

/// How many there are of each sort.
const STUCK: usize = 5;
/// The most that anybody else may have to wait: less than the server waits for those.
const SOON: Duration = Duration::from_secs(2);

/// The memory that the server holds, in mebibytes.
fn memory(app: &TestApp) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", app.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn clients_that_never_read_are_closed_and_nobody_else_notices() {
    only_embedded!("how long a message takes is up to the store");
    let app = TestApp::builder(GOFORME)
        .env("CHAT_MESSAGE_LIMIT", "100000")
        .env("CONNECTION_LIMIT", "100")
        // Nobody here answers a ping, and it takes its time.
        .env("SOCKET_IO_PING_INTERVAL", "1h")
        .start()
        .await;
    let trip = app.confirmed_trip(300).await;
    let room = app.room_of(&trip).await;
    let mut stuck = Vec::new();
    for _ in 0..STUCK {
        for (path, hello, welcome) in [
            ("/ws", r#"{"op":"hello"}"#, r#"{"op":"ready""#),
            ("/socket.io/?EIO=4&transport=websocket", "40", r#"40{"sid":"#),
        ] {
            let mut client = Raw::open_with_little_room(&app, path, &trip.maker).await;
            client.write(&frame(FINAL | TEXT, hello)).await;
            while !client.text().await.starts_with(welcome) {}
            stuck.push(client);
        }
    }
    let (mut dreamer, _) = Socket::hello(&app, &trip.dreamer, json!({})).await;
    let (mut reading, _) = Socket::hello(&app, &trip.maker, json!({})).await;
    let long = "가".repeat(5000);
    let (mut held, mut slowest) = (0, Duration::ZERO);
    // Until what was sent to them is more than the kernel and the hub's queue together hold.
    for number in 1..=900 {
        let sent = Instant::now();
        assert_eq!(dreamer.send_text(&room, &long, &id(number)).await["seq"], number);
        assert_eq!(reading.next_of("message").await["message"]["seq"], number);
        slowest = slowest.max(sent.elapsed());
        if number == 100 {
            held = memory(&app);
        }
    }
    assert!(slowest < SOON, "the slowest message took {slowest:?}");
    // Each of them was sent 13 MiB.
    let grown = memory(&app).saturating_sub(held);
    assert!(grown < 50, "{grown} MiB more than after the first messages");
    join_all(stuck.iter_mut().map(Raw::is_cut_off)).await;
    assert!(!app.log().contains("panicked") && !app.log().contains(" ERROR "), "{}", app.log());
}
