//! WebSockets (RFC 6455), over connections that are taken over from HTTP.
//!
//! [`takeover`] runs a request that asks for a WebSocket through the application like any other, and
//! hands the bare connection to whatever has accepted it. [`frame`] is one frame, [`assembly`] makes
//! messages of them, [`socket`] reads and writes.
//!
//! This is our own for the sake of the connections that say nothing, which are nearly all of them: in
//! actix-ws each holds the two buffers of the HTTP connection that it began as, 16 KiB, for ever. Here it
//! holds none. `tests/suites/50-autobahn.sh` runs the Autobahn test suite against it.

mod assembly;
mod frame;
mod socket;
pub mod takeover;

use actix_http::ResponseBuilder;
use actix_http::ws::{HandshakeError, handshake};
use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

pub use self::assembly::{Message, Violation};
#[cfg(test)]
pub use self::socket::open;
pub use self::socket::{ReadError, Reader, WriteError, Writer};
use self::takeover::{Handover, Takeover};

/// A request for a WebSocket that is in order.
pub struct Handshake(ResponseBuilder);

impl Handshake {
    /// Looks at what a request asks for. The first of its subprotocols that is one of `protocols` is
    /// agreed on.
    pub fn of(request: &HttpRequest, protocols: &[&'static str]) -> Result<Self, HandshakeError> {
        let mut response = handshake(request.head())?;
        if !request.extensions().contains::<Handover>() {
            return Err(HandshakeError::NoConnectionUpgrade);
        }
        let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
        let mut offered = offered.filter_map(|names| names.to_str().ok()).flat_map(|names| names.split(','));
        let agreed = offered.find_map(|name| protocols.iter().find(|known| **known == name.trim()));
        if let Some(protocol) = agreed {
            response.insert_header((SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol)));
        }
        Ok(Self(response))
    }

    /// The answer that opens the WebSocket, after which `talk` gets it; messages may have `most` bytes.
    /// The connection is closed when `talk` is done.
    pub fn accept<F>(mut self, most: usize, talk: impl FnOnce(Reader, Writer) -> F + 'static) -> HttpResponse
    where
        F: Future<Output = ()> + 'static,
    {
        let takeover = Takeover::new(move |stream, unread| {
            let (reader, writer) = socket::open(stream, unread, most);
            talk(reader, writer)
        });
        let mut response = HttpResponse::from(self.0.finish().map_into_boxed_body());
        response.extensions_mut().insert(takeover);
        response
    }
}
