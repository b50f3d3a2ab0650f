//! Goforme's WebSockets without the chat: a server that repeats what it hears, which is what the Autobahn
//! test suite wants to talk to. Prints its address.

use std::io;
use std::net::TcpListener;

use actix_http::HttpService;
use actix_server::Server;
use actix_service::map_config;
use actix_web::dev::AppConfig;
use actix_web::{App, Error, HttpRequest, HttpResponse, web};
use goforme_api::http::websocket::{Handshake, Message, ReadError, Reader, WriteError, Writer, takeover};

/// The largest message that the suite sends.
const MOST: usize = 16 * 1024 * 1024;

#[actix_web::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let server = Server::build().workers(1).listen("echo", listener, || {
        let app = || map_config(App::new().route("/", web::get().to(upgrade)), |()| AppConfig::default());
        HttpService::build().upgrade(takeover::serve(app())).finish(app()).tcp()
    })?;
    server.run().await
}

async fn upgrade(request: HttpRequest) -> Result<HttpResponse, Error> {
    Ok(Handshake::of(&request, &[])?.accept(MOST, echo))
}

async fn echo(mut reader: Reader, writer: Writer) {
    let code = loop {
        match reader.next().await {
            Ok(Message::Close(code)) => break code,
            Ok(message) => {
                if repeat(&writer, message).await.is_err() {
                    return;
                }
            }
            Err(ReadError::Violation(violation)) => break Some(violation.code()),
            Err(ReadError::Closed) => return,
        }
    };
    reader.close(code, "").await;
}

async fn repeat(writer: &Writer, message: Message) -> Result<(), WriteError> {
    match message {
        Message::Text(text) => writer.text(&text).await,
        Message::Binary(bytes) => writer.binary(&bytes).await,
        Message::Ping(payload) => writer.pong(&payload).await,
        Message::Pong | Message::Close(_) => Ok(()),
    }
}
