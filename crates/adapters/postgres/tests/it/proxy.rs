//! A network between the store and its server that can fall silent, and let nobody in.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes connections on to a server, unless it is silent. Must be made in the runtime of the test.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Whether those that are connected hear nothing. One for each generation of them, the last is the present one.
    is_silent: Vec<watch::Sender<bool>>,
    is_closed: bool,
}

impl Proxy {
    /// A network in front of the server of this address.
    pub async fn before(url: &str) -> Self {
        let server = url.split(['@', '/']).nth(3).unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state =
            Arc::new(Mutex::new(State { is_silent: vec![watch::Sender::new(false)], is_closed: false }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let silence = {
                    let state = shared.lock().unwrap();
                    (!state.is_closed).then(|| state.is_silent.last().unwrap().subscribe())
                };
                let Some(silence) = silence else { continue };
                let server = TcpStream::connect(&server).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(pass(from_client, to_server, silence.clone()));
                tokio::spawn(pass(from_server, to_client, silence.clone()));
            }
        });
        Self { address, state }
    }

    /// The same database behind this network.
    pub fn url(&self, url: &str) -> String {
        let database = url.rsplit('/').next().unwrap();
        format!("postgres://goforme@{}/{database}", self.address)
    }

    /// From now on nothing comes through; connections stay open.
    pub fn fall_silent(&self) {
        self.hush(true);
    }

    /// From now on everything comes through again, with what was held back.
    pub fn recover(&self) {
        self.hush(false);
    }

    /// Nothing comes through to those that are connected, for good; whoever comes now is served.
    pub fn lose_connections(&self) {
        self.hush(true);
        self.state.lock().unwrap().is_silent.push(watch::Sender::new(false));
    }

    /// From now on only those that are connected are served.
    pub fn close(&self) {
        self.state.lock().unwrap().is_closed = true;
    }

    fn hush(&self, is_silent: bool) {
        self.state.lock().unwrap().is_silent.last().unwrap().send_replace(is_silent);
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut silence: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if silence.wait_for(|is_silent| !is_silent).await.is_err()
            || to.write_all(&buffer[..read]).await.is_err()
        {
            break;
        }
    }
}
