//! Whether what was sent to the server has come to it, which no answer tells while it is being served.

use std::fs;
use std::net::SocketAddr;

use testkit::{TestApp, eventually};

/// Where the server listens.
pub fn address(app: &TestApp) -> SocketAddr {
    app.url("").trim_start_matches("http://").parse().unwrap()
}

/// Waits until the server has let in everybody who knocked and read all that they sent.
pub async fn all_is_read(app: &TestApp) {
    let port = format!(":{:04X}", address(app).port());
    eventually("the server has read all that was sent to it", || async {
        let connections = fs::read_to_string("/proc/net/tcp").unwrap();
        // The second column is the server's own address, the fifth what waits to be sent and to be read; of
        // a listener, how many wait to be let in.
        let mut rows = connections.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
        rows.all(|row| !row[1].ends_with(&port) || row[4].ends_with(":00000000")).then_some(())
    })
    .await;
}
