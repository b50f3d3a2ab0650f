//! `/socket.io/`: the chat for the web client, over Socket.IO v5 on Engine.IO v4.
//!
//! From the outside in: [`serve`] tells requests apart; [`engine`] is the connection, by HTTP polling or
//! by a WebSocket; [`packet`] is what Socket.IO says over it; [`conversation`] is one client's, and asks
//! `application::realtime` for everything about the chat. A new event is read or written in [`events`],
//! and obeyed in [`conversation`].
//!
//! The codecs are our own, some hundred lines each. Those of the socketioxide family (engineioxide-core,
//! socketioxide-parser-common) were looked at: their `CONNECT_ERROR` has no room for `data`, an ack id that
//! is no number counts as none instead of being refused, they keep attachments, and they bring http 1,
//! rand and another base64 along.

mod conversation;
mod engine;
mod events;
mod member;
mod packet;
mod serve;
mod settings;

use std::sync::Arc;

use actix_web::http::Method;
use tokio::sync::Semaphore;

use self::engine::connections::Connections;
pub use self::settings::Settings;
use super::routes::Endpoint;

/// The endpoints of this area. Methods that mean nothing here are refused in the protocol's own words.
pub fn endpoints() -> Vec<Endpoint> {
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE]
        .map(|method| Endpoint::undocumented(method, "/socket.io/", serve::serve))
        .into()
}

/// The connections of this node.
pub struct SocketIo {
    settings: Settings,
    connections: Arc<Connections>,
    /// Room for those who have not said who they are.
    waiting: Arc<Semaphore>,
}

impl SocketIo {
    /// None yet.
    pub fn new(settings: Settings) -> Self {
        let waiting = Arc::new(Semaphore::new(settings.waiting));
        Self { settings, connections: Arc::default(), waiting }
    }
}
