//! A network between the store and its server that can fall silent.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes connections on to a server, unless it is silent. Must be made in the runtime of the test.
pub struct Proxy {
    address: SocketAddr,
    is_silent: watch::Sender<bool>,
}

impl Proxy {
    /// A network in front of the server of this address.
    pub async fn before(url: &str) -> Self {
        let server = url.split(['@', '/']).nth(3).unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_silent, silence) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(pass(from_client, to_server, silence.clone()));
                tokio::spawn(pass(from_server, to_client, silence.clone()));
            }
        });
        Self { address, is_silent }
    }

    /// The same database behind this network.
    pub fn url(&self, url: &str) -> String {
        let database = url.rsplit('/').next().unwrap();
        format!("postgres://goforme@{}/{database}", self.address)
    }

    /// From now on nothing comes through; connections stay open.
    pub fn fall_silent(&self) {
        self.is_silent.send_replace(true);
    }

    /// From now on everything comes through again, with what was held back.
    pub fn recover(&self) {
        self.is_silent.send_replace(false);
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
