//! Taking connections over from HTTP.

use std::future::poll_fn;
use std::pin::Pin;

use actix_codec::Framed;
use actix_http::body::{BoxBody, MessageBody};
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, HttpMessage, Request, Response};
use actix_service::{Service, ServiceFactory, apply_fn_factory};
use actix_web::Error;
use actix_web::dev::ServiceResponse;
use actix_web::rt::net::TcpStream;
use bytes::Bytes;
use futures_util::SinkExt;
use futures_util::future::LocalBoxFuture;

use super::socket::hang_up;

/// In the extensions of a request whose connection can be taken over.
pub struct Handover;

/// In the extensions of a response after which the connection is taken over.
pub struct Takeover(Box<dyn FnOnce(TcpStream, Bytes) -> LocalBoxFuture<'static, ()>>);

impl Takeover {
    /// `talk` gets the connection, and what was read of it and is not HTTP any more.
    pub fn new<F>(talk: impl FnOnce(TcpStream, Bytes) -> F + 'static) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        Self(Box::new(|stream, unread| Box::pin(talk(stream, unread))))
    }
}

/// What serves the requests that ask for a WebSocket: the application, like all others, until it answers.
/// A connection that is not taken over then is closed.
pub fn serve<S>(
    app: S,
) -> impl ServiceFactory<
    (Request, Framed<TcpStream, Codec>),
    Config = (),
    Response = (),
    Error = Error,
    InitError = S::InitError,
>
where
    S: ServiceFactory<Request, Config = (), Response = ServiceResponse<BoxBody>, Error = Error>,
{
    apply_fn_factory(app, |(request, connection): (Request, _), app: &S::Service| {
        request.extensions_mut().insert(Handover);
        let answered = app.call(request);
        async move {
            // In a box, so that its memory is not held while the connection is taken over.
            if let Some(talk) = Box::pin(answer(answered, connection)).await {
                talk.await;
            }
            Ok(())
        }
    })
}

/// Writes the application's answer. What takes the connection over then, if anything does.
async fn answer(
    answered: impl Future<Output = Result<ServiceResponse<BoxBody>, Error>>,
    mut connection: Framed<TcpStream, Codec>,
) -> Option<LocalBoxFuture<'static, ()>> {
    let mut response: Response<BoxBody> = match answered.await {
        Ok(response) => response.into(),
        Err(error) => error.error_response().into(),
    };
    let takeover = response.extensions_mut().remove::<Takeover>();
    if takeover.is_none() {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    if let Err(error) = write(response, &mut connection).await {
        tracing::debug!(%error, "a client that asked for a WebSocket was not answered");
    }
    let Some(Takeover(talk)) = takeover else {
        hang_up(connection.io_ref()).await;
        return None;
    };
    let parts = connection.into_parts();
    Some(talk(parts.io, Bytes::copy_from_slice(&parts.read_buf)))
}

async fn write(response: Response<BoxBody>, connection: &mut Framed<TcpStream, Codec>) -> Result<(), Error> {
    let (head, mut body) = response.into_parts();
    connection.feed(Message::Item((head, body.size()))).await?;
    while let Some(chunk) = poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await {
        connection.send(Message::Chunk(Some(chunk?))).await?;
    }
    Ok(connection.send(Message::Chunk(None)).await?)
}
