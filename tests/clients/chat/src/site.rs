//! Where a server is.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Url;
use tokio::net::lookup_host;
use tokio::time::timeout;

/// The address of a server: `http://host:port`.
#[derive(Debug, Clone)]
pub struct Site {
    host: String,
    port: u16,
}

impl FromStr for Site {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).context("not an address such as http://127.0.0.1:4000")?;
        if url.scheme() != "http" {
            bail!("only http:// is understood");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            bail!("an address without a path is needed");
        }
        let host = url.host_str().context("it names no host")?.to_owned();
        Ok(Self { host, port: url.port_or_known_default().unwrap_or(80) })
    }
}

impl Site {
    /// `http://…/path`.
    pub fn http(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.port)
    }

    /// `ws://…/path`.
    pub fn websocket(&self, path: &str) -> String {
        format!("ws://{}:{}{path}", self.host, self.port)
    }

    /// The address to connect to.
    pub async fn resolve(&self) -> anyhow::Result<SocketAddr> {
        const WITHIN: Duration = Duration::from_secs(10);
        // An address of IPv6 stands in brackets in a URL, and in none here.
        let host = self.host.trim_matches(['[', ']']);
        let found = timeout(WITHIN, lookup_host((host, self.port))).await.context("nobody answers")?;
        let mut found = found.with_context(|| format!("{host} was not found"))?;
        found.next().with_context(|| format!("{host} has no address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (text, websocket) in [
            ("http://127.0.0.1:4000", "ws://127.0.0.1:4000/ws"),
            ("http://chat.example/", "ws://chat.example:80/ws"),
            ("http://[::1]:4000", "ws://[::1]:4000/ws"),
        ] {
            assert_eq!(text.parse::<Site>().unwrap().websocket("/ws"), websocket);
        }
        for wrong in [
            "",
            "127.0.0.1:4000",
            "https://chat.example",
            "ws://chat.example",
            "http://chat/ws",
            "http://c/?a",
        ] {
            assert!(wrong.parse::<Site>().is_err(), "{wrong}");
        }
    }
}
