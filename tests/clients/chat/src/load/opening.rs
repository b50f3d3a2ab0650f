//! Opening connections, many at a time.

use std::net::SocketAddr;

use futures_util::{Stream, StreamExt, stream};

use super::Target;
use super::dialect::Dialect;
use crate::site::Site;
use crate::socket::{Lost, Socket};

/// How many are being opened at a time: a burst, but one that fits the backlog of any server.
const AT_A_TIME: usize = 64;

/// A place to connect to.
#[derive(Debug, Clone)]
struct Door {
    address: SocketAddr,
    url: String,
}

/// Opens connections to a target.
#[derive(Debug, Clone)]
pub struct Opening {
    dialect: Dialect,
    door: Door,
    peer_door: Door,
}

impl Opening {
    /// Looks the target up, once for all connections.
    pub async fn of(target: &Target) -> anyhow::Result<Self> {
        let dialect = target.protocol;
        let door = Door::of(dialect, &target.url).await?;
        let peer_door = match &target.peer_url {
            Some(site) => Door::of(dialect, site).await?,
            None => door.clone(),
        };
        Ok(Self { dialect, door, peer_door })
    }

    /// Opens a connection for each token; with `true` at the other node. They come out in this order.
    pub fn open<'guest>(
        &self,
        guests: impl Iterator<Item = (&'guest str, bool)>,
    ) -> impl Stream<Item = Result<Socket, Lost>> {
        stream::iter(guests).map(|(token, elsewhere)| self.greeted(token, elsewhere)).buffered(AT_A_TIME)
    }

    async fn greeted(&self, token: &str, elsewhere: bool) -> Result<Socket, Lost> {
        let door = if elsewhere { &self.peer_door } else { &self.door };
        let mut socket = Socket::open(door.address, &door.url).await?;
        self.dialect.greet(&mut socket, token).await?;
        Ok(socket)
    }
}

impl Door {
    async fn of(dialect: Dialect, site: &Site) -> anyhow::Result<Self> {
        Ok(Self { address: site.resolve().await?, url: dialect.url(site) })
    }
}
