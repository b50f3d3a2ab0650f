//! The polling transport: a GET brings what the client is to be told, a POST what it says.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Payload;
use bytestring::ByteString;
use tokio::time::timeout;

use super::MAX_PAYLOAD;
use super::end::End;
use super::link::Link;
use super::packet::{self, Packet};
use super::refusal::Refusal;

/// How long a body may take to arrive, and the conversation to take in what it holds.
const POST_WITHIN: Duration = Duration::from_secs(30);

/// Answers as soon as there is something to tell.
pub async fn poll(link: &Link) -> Result<HttpResponse, Refusal> {
    let poll = link.poll()?;
    let body = packet::join(&poll.packets().await);
    let plain = (CONTENT_TYPE, "text/plain; charset=UTF-8");
    Ok(HttpResponse::Ok().insert_header(plain).insert_header((CACHE_CONTROL, "no-store")).body(body))
}

/// Takes in a body of packets. One that can't be read ends the connection.
pub async fn post(link: &Link, body: Payload) -> Result<HttpResponse, Refusal> {
    let _posting = link.post()?;
    match timeout(POST_WITHIN, receive(link, body)).await {
        // Text would be offered as a download by some browsers.
        Ok(Ok(())) => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/html"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body("ok")),
        Ok(Err(refusal)) => {
            link.end(End::Malformed);
            Err(refusal)
        }
        Err(_) => {
            link.end(End::TooSlow);
            Err(Refusal::BadRequest)
        }
    }
}

async fn receive(link: &Link, body: Payload) -> Result<(), Refusal> {
    let body = read(body).await?;
    // All or nothing: what is half wrong is not half done.
    if Packet::parse_all(&body).any(|packet| packet.is_err()) {
        return Err(Refusal::BadRequest);
    }
    for packet in Packet::parse_all(&body).flatten() {
        match link.hear(packet).await {
            Ok(()) => {}
            Err(End::Gone) => {
                link.end(End::Gone);
                return Ok(());
            }
            Err(_) => return Err(Refusal::BadRequest),
        }
    }
    Ok(())
}

async fn read(body: Payload) -> Result<ByteString, Refusal> {
    let bytes = body.to_bytes_limited(MAX_PAYLOAD).await.map_err(|_| Refusal::TooLarge)?;
    let bytes = bytes.map_err(|_| Refusal::BadRequest)?;
    ByteString::try_from(bytes).map_err(|_| Refusal::BadRequest)
}
