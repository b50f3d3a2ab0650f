//! `GET /ws`: the chat for mobile clients, over a plain WebSocket with JSON frames.
//!
//! The handler upgrades, [`connection`] owns the socket, [`frames`] has what is said over it. Everything
//! else (order, gaps, limits) is `application::realtime`'s.

mod connection;
mod frames;

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use application::realtime::Chats;
use tokio_util::sync::CancellationToken;

use self::connection::Connection;
use super::error::ApiError;
use super::extract::{Authenticate, MaybeCaller};
use super::frame_limit;
use super::routes::Endpoint;

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
    body: web::Payload,
    chats: Data<Arc<Chats>>,
    authenticate: Data<Arc<dyn Authenticate>>,
    shutdown: Data<CancellationToken>,
) -> Result<HttpResponse, ApiError> {
    let body = frame_limit::limited(&request, body, MAX_FRAME).await;
    let upgraded = body.and_then(|body| actix_ws::handle_with_protocols(&request, body, &[PROTOCOL]));
    let (response, socket, frames) = match upgraded {
        Ok(upgraded) => upgraded,
        // It says what is wrong with the handshake.
        Err(refused) => return Ok(refused.error_response()),
    };
    let frames = frames.max_frame_size(MAX_FRAME).aggregate_continuations().max_continuation_size(MAX_FRAME);
    let connection = Connection {
        socket,
        claims: caller.0,
        chats: Arc::clone(&chats),
        authenticate: Arc::clone(&authenticate),
        shutdown: shutdown.as_ref().clone(),
    };
    actix_web::rt::spawn(connection.run(frames));
    Ok(response)
}
