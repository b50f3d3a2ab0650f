//! The WebSocket transport: each frame is a packet.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use bytestring::ByteString;
use tokio::time::timeout;

use super::end::End;
use super::link::{Attempt, Link};
use super::packet::{PROBED, Packet};

/// How long one frame may wait for the client to make room; meanwhile its queue fills.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take from opening a WebSocket to moving to it.
const UPGRADE_WITHIN: Duration = Duration::from_secs(10);
/// How long a goodbye may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Carries the connection until it ends, and closes the WebSocket. Reading and writing don't wait for
/// each other: a client that reads slowly may still say something.
pub async fn carry(link: &Link, socket: Session, mut frames: AggregatedMessageStream) {
    let read = async {
        let end = read(link, &socket, &mut frames).await;
        link.end(end);
        // The writer says what is left to say.
        pending().await
    };
    let end = tokio::select! {
        end = write(link, socket.clone()) => end,
        end = read => end,
    };
    link.end(end);
    link.hang_up();
    close(socket, end).await;
}

/// Answers the client's probe, and waits until it moves the connection to this WebSocket. If it does
/// anything else, or nothing, the connection stays where it is.
pub async fn upgrade(attempt: Attempt, mut socket: Session, mut frames: AggregatedMessageStream) {
    let link = Arc::clone(attempt.link());
    let moved = tokio::select! {
        moved = timeout(UPGRADE_WITHIN, move_over(attempt, &mut socket, &mut frames)) => moved.ok().flatten(),
        _ = link.ended() => None,
    };
    match moved {
        Some(link) => carry(&link, socket, frames).await,
        None => close(socket, End::Malformed).await,
    }
}

/// The connection, if the client probes and then moves.
async fn move_over(
    attempt: Attempt,
    socket: &mut Session,
    frames: &mut AggregatedMessageStream,
) -> Option<Arc<Link>> {
    let Ok(Packet::Probe) = listen(socket, frames).await else { return None };
    socket.text(PROBED).await.ok()?;
    attempt.probed();
    let Ok(Packet::Upgrade) = listen(socket, frames).await else { return None };
    attempt.succeed()
}

async fn read(link: &Link, socket: &Session, frames: &mut AggregatedMessageStream) -> End {
    let mut socket = socket.clone();
    loop {
        let heard = match listen(&mut socket, frames).await {
            Ok(packet) => link.hear(packet).await,
            Err(end) => return end,
        };
        if let Err(end) = heard {
            return end;
        }
    }
}

/// The next packet of the client.
async fn listen(socket: &mut Session, frames: &mut AggregatedMessageStream) -> Result<Packet, End> {
    loop {
        match frames.recv().await {
            Some(Ok(AggregatedMessage::Text(text))) => {
                return Packet::parse(&text).map_err(|_| End::Malformed);
            }
            Some(Ok(AggregatedMessage::Binary(_))) => return Ok(Packet::Binary),
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                let ponged = timeout(WRITE_WITHIN, socket.pong(&bytes)).await;
                ponged.map_err(|_| End::TooSlow)?.map_err(|_| End::Gone)?;
            }
            Some(Ok(AggregatedMessage::Pong(_))) => {}
            Some(Ok(AggregatedMessage::Close(_))) | None => return Err(End::Gone),
            Some(Err(_)) => return Err(End::Malformed),
        }
    }
}

/// Writes what the client is told, until there is nothing more to say.
async fn write(link: &Link, mut socket: Session) -> End {
    loop {
        let packet: ByteString = match link.next().await {
            Ok(packet) => packet,
            Err(end) => return end,
        };
        match timeout(WRITE_WITHIN, socket.text(packet)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::Gone,
            Err(_) => return End::TooSlow,
        }
    }
}

async fn close(socket: Session, end: End) {
    let reason = end.close_code().map(|(code, description)| CloseReason {
        code: CloseCode::from(code),
        description: Some(description.to_owned()),
    });
    // A client that reads nothing won't read this either.
    let _ = timeout(CLOSE_WITHIN, socket.close(reason)).await;
}
