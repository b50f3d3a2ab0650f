//! The protocols that can be spoken over a WebSocket.

use std::borrow::Cow;

use clap::ValueEnum;
use uuid::Uuid;

use super::{goforme_ws, socket_io};
use crate::site::Site;
use crate::socket::{Lost, Socket};

/// A protocol over a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// goforme.v1 at /ws, like mobile clients
    #[value(name = "ws")]
    Ws,
    /// Socket.IO over its WebSocket transport, like the web client
    #[value(name = "socket.io")]
    SocketIo,
}

/// A message to send.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Its number on its connection, by which the answer names it.
    pub number: u32,
    /// What it's called where clients name their messages.
    pub id: Uuid,
    pub room: &'a str,
    pub content: &'a str,
}

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// The message of that number is stored.
    Acknowledged(u32),
    /// The other one's message.
    Delivered { seq: i64, content: Cow<'a, str> },
    /// The message of that number, or something without a number, was refused.
    Refused { number: Option<u32>, code: String },
    /// A sign of life that has to be answered with this.
    Ping(&'static str),
    /// Nothing that matters here.
    Other,
}

impl Dialect {
    /// Where it's spoken.
    pub fn url(self, site: &Site) -> String {
        site.websocket(match self {
            Self::Ws => crate::goforme_v1::PATH,
            Self::SocketIo => socket_io::PATH,
        })
    }

    /// Says who we are, and waits until that is accepted.
    pub async fn greet(self, socket: &mut Socket, token: &str) -> Result<(), Lost> {
        match self {
            Self::Ws => goforme_ws::greet(socket, token).await,
            Self::SocketIo => socket_io::greet(socket, token).await,
        }
    }

    /// The text that sends a message.
    pub fn send(self, message: Outgoing<'_>) -> Result<String, Lost> {
        let text = match self {
            Self::Ws => goforme_ws::send(message),
            Self::SocketIo => socket_io::send(message),
        };
        text.map_err(|error| Lost::Broken(format!("encoding a message: {error}")))
    }

    /// What a text says.
    pub fn read(self, text: &str) -> Result<Heard<'_>, Lost> {
        let heard = match self {
            Self::Ws => goforme_ws::read(text),
            Self::SocketIo => socket_io::read(text),
        };
        heard.map_err(|error| Lost::Broken(format!("the server said {text}: {error}")))
    }
}
