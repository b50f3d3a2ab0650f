//! `GET /ws`: the chat for mobile clients, over a plain WebSocket with JSON frames.
//!
//! The handler upgrades, [`connection`] owns the socket, [`frames`] has what is said over it. Everything
//! else (order, gaps, limits) is `application::realtime`'s.

mod connection;
mod frames;

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use application::realtime::Chats;
use tokio_util::sync::CancellationToken;

use self::connection::Connection;
use super::error::ApiError;
use super::extract::{Authenticate, MaybeCaller};
use super::routes::Endpoint;
use super::websocket::Handshake;

/// The subprotocol that clients may name.
const PROTOCOL: &str = "goforme.v1";
/// The largest frame, and the largest message of several frames, in bytes.
const MAX_FRAME: usize = 64 * 1024;

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::undocumented(Method::GET, "/ws", upgrade)]
}

/// Upgrades; a token in the header that doesn't hold is refused before that.
async fn upgrade(
    caller: MaybeCaller,
    request: HttpRequest,
    chats: Data<Arc<Chats>>,
    authenticate: Data<Arc<dyn Authenticate>>,
    shutdown: Data<CancellationToken>,
) -> Result<HttpResponse, ApiError> {
    let handshake = match Handshake::of(&request, &[PROTOCOL]) {
        Ok(handshake) => handshake,
        // It says what is wrong.
        Err(refused) => return Ok(actix_web::Error::from(refused).error_response()),
    };
    let (chats, authenticate) = (Arc::clone(chats.get_ref()), Arc::clone(authenticate.get_ref()));
    let shutdown = shutdown.get_ref().clone();
    Ok(handshake.accept(MAX_FRAME, move |frames, socket| {
        Connection { socket, claims: caller.0, chats, authenticate, shutdown }.run(frames)
    }))
}
