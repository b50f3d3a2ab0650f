//! A Redis for tests, from the machine's own packages.

use std::env;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use crate::keeper::{Keeper, unused_name};

/// A Redis of one's own, which writes down what it is told as a production server should. Needs
/// `redis-server` on the `PATH`.
pub struct PrivateRedis {
    url: String,
    /// `None` for a server that somebody else keeps.
    keeper: Option<Keeper>,
}

impl PrivateRedis {
    /// The server that all tests of this process share, each under its own prefix: the one at
    /// `TEST_REDIS_URL`, or one of their own, which ends with the process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivateRedis> = OnceLock::new();
        SHARED.get_or_init(|| match env::var("TEST_REDIS_URL") {
            Ok(url) => Self { url, keeper: None },
            Err(_) => Self::start(),
        })
    }

    /// A server for one test, which may stop it.
    pub fn start() -> Self {
        let keeper = Keeper::start(
            "redis",
            |address| {
                let port = address.port().to_string();
                let args = ["redis-server", "--bind", "127.0.0.1", "--port", &port, "--save", ""];
                args.into_iter().chain(["--appendonly", "yes"]).map(Into::into).collect()
            },
            pings,
        );
        Self { url: format!("redis://{}", keeper.address), keeper: Some(keeper) }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A beginning for keys that nobody else uses.
    pub fn unused_prefix(&self) -> String {
        unused_name()
    }

    /// Ends the server as `kill -9` does.
    pub fn stop(&self) {
        self.keeper().stop();
    }

    /// Starts a server that was stopped, at the same address and with its data.
    pub fn start_again(&self) {
        self.keeper().start_again(pings);
    }

    /// Has the server hang: it keeps its connections, accepts more, and answers nothing.
    pub fn pause(&self) {
        self.keeper().pause();
    }

    /// Has it go on.
    pub fn resume(&self) {
        self.keeper().resume();
    }

    fn keeper(&self) -> &Keeper {
        self.keeper.as_ref().expect("a server that is this process's own")
    }
}

/// Whether a server answers there that has read its data.
fn pings(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
    let mut answer = [0; 5];
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    stream.write_all(b"PING\r\n").and_then(|()| stream.read_exact(&mut answer)).is_ok() && &answer == b"+PONG"
}
