//! Tells requests apart: those that begin a connection, and those that belong to one.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::UPGRADE;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use application::realtime::Chats;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::SocketIo;
use super::conversation::Conversation;
use super::engine::heartbeat::Heartbeat;
use super::engine::link::{Carrier, Link};
use super::engine::packet::Open;
use super::engine::refusal::Refusal;
use super::engine::{MAX_PAYLOAD, polling, websocket};
use crate::http::extract::{Authenticate, bearer};
use crate::http::language::Language;
use crate::http::websocket::Handshake;

/// The version of Engine.IO.
const VERSION: &str = "4";

/// Any request to the path.
pub async fn serve(
    request: HttpRequest,
    body: Payload,
    socket_io: Data<SocketIo>,
    chats: Data<Arc<Chats>>,
    authenticate: Data<Arc<dyn Authenticate>>,
    shutdown: Data<CancellationToken>,
) -> HttpResponse {
    let host = Host { request, socket_io, chats, authenticate, shutdown };
    host.answer(body).await.unwrap_or_else(HttpResponse::from)
}

/// What a request says about itself.
#[derive(Debug, Deserialize)]
struct Parameters {
    #[serde(rename = "EIO")]
    version: Option<String>,
    transport: Option<String>,
    /// The connection that it belongs to; without one it begins one.
    sid: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    Polling,
    WebSocket,
}

impl Parameters {
    fn read(request: &HttpRequest) -> Result<(Self, Transport), Refusal> {
        let Query(mut parameters) =
            Query::<Self>::from_query(request.query_string()).map_err(|_| Refusal::BadRequest)?;
        parameters.sid.take_if(|sid| sid.is_empty());
        let transport = match parameters.transport.as_deref() {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Refusal::UnknownTransport),
        };
        Ok((parameters, transport))
    }
}

/// A request, with what a connection that it begins will need.
struct Host {
    request: HttpRequest,
    socket_io: Data<SocketIo>,
    chats: Data<Arc<Chats>>,
    authenticate: Data<Arc<dyn Authenticate>>,
    shutdown: Data<CancellationToken>,
}

impl Host {
    /// Checks what the official server checks, in its order.
    async fn answer(self, body: Payload) -> Result<HttpResponse, Refusal> {
        let (parameters, transport) = Parameters::read(&self.request)?;
        let is_current = parameters.version.as_deref() == Some(VERSION);
        if let Some(sid) = parameters.sid {
            let link = self.socket_io.connections.find(&sid)?;
            return if is_current {
                self.go_on(link, transport, body).await
            } else {
                Err(Refusal::BadRequest)
            };
        }
        if self.request.method() != Method::GET {
            return Err(Refusal::BadHandshakeMethod);
        }
        if self.wants_websocket() != (transport == Transport::WebSocket) {
            return Err(Refusal::BadRequest);
        }
        if !is_current {
            return Err(Refusal::UnsupportedVersion);
        }
        self.begin(transport).await
    }

    fn wants_websocket(&self) -> bool {
        let upgrade = self.request.headers().get(UPGRADE).and_then(|upgrade| upgrade.to_str().ok());
        upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
    }

    async fn begin(self, transport: Transport) -> Result<HttpResponse, Refusal> {
        let waiting = Arc::clone(&self.socket_io.waiting);
        let permit = waiting.try_acquire_owned().map_err(|_| Refusal::Busy)?;
        match transport {
            Transport::Polling => {
                let link = self.connection(Carrier::Polling, permit)?;
                polling::poll(&link).await
            }
            Transport::WebSocket => {
                let handshake = self.handshake()?;
                let link = self.connection(Carrier::WebSocket, permit)?;
                let carry = |frames, socket| async move { websocket::carry(&link, frames, socket).await };
                Ok(handshake.accept(MAX_PAYLOAD, carry))
            }
        }
    }

    async fn go_on(
        &self,
        link: Arc<Link>,
        transport: Transport,
        body: Payload,
    ) -> Result<HttpResponse, Refusal> {
        match (transport, self.request.method()) {
            (Transport::Polling, &Method::GET) => polling::poll(&link).await,
            (Transport::Polling, &Method::POST) => polling::post(&link, body).await,
            (Transport::WebSocket, &Method::GET) if self.wants_websocket() => {
                let attempt = link.attempt()?;
                let upgrade = |frames, socket| websocket::upgrade(attempt, frames, socket);
                Ok(self.handshake()?.accept(MAX_PAYLOAD, upgrade))
            }
            _ => Err(Refusal::BadRequest),
        }
    }

    fn handshake(&self) -> Result<Handshake, Refusal> {
        Handshake::of(&self.request, &[]).map_err(|_| Refusal::BadRequest)
    }

    /// Begins a connection, and its conversation.
    fn connection(&self, carrier: Carrier, permit: OwnedSemaphorePermit) -> Result<Arc<Link>, Refusal> {
        let settings = self.socket_io.settings;
        let (listed, heard) = self.socket_io.connections.begin(carrier).map_err(|error| {
            tracing::error!(%error, "a connection could not be given a name");
            Refusal::Busy
        })?;
        let link = Arc::clone(&listed.link);
        let open = Open {
            sid: link.sid(),
            upgrades: if carrier == Carrier::WebSocket { &[] } else { &["websocket"] },
            ping_interval: millis(settings.ping_interval),
            ping_timeout: millis(settings.ping_timeout),
            max_payload: MAX_PAYLOAD,
        };
        link.say(open.encode().map_err(|_| Refusal::BadRequest)?);
        let conversation = Conversation {
            listed,
            heard,
            bearer: bearer(&self.request),
            language: Language::preferred(self.request.headers()),
            chats: Arc::clone(&self.chats),
            authenticate: Arc::clone(&self.authenticate),
            shutdown: self.shutdown.as_ref().clone(),
            settings,
            waiting: Arc::clone(&self.socket_io.waiting),
            heartbeat: Heartbeat::new(settings.ping_interval, settings.ping_timeout, Instant::now()),
            attachments: 0,
        };
        actix_web::rt::spawn(conversation.run(permit));
        Ok(link)
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
