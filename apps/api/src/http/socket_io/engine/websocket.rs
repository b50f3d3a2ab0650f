//! The WebSocket transport: each message is a packet.

use std::cell::Cell;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::end::End;
use super::link::{Attempt, Link};
use super::packet::{PROBED, Packet};
use crate::http::websocket::{Message, ReadError, Reader, Violation, WriteError, Writer};

/// How long a client may take from opening a WebSocket to moving to it.
const UPGRADE_WITHIN: Duration = Duration::from_secs(10);

/// Why a WebSocket is not read from any more.
#[derive(Debug, Clone, Copy)]
enum Stop {
    /// The client has closed it, with this code if with any.
    Left(Option<u16>),
    /// The client has broken the rules of WebSockets.
    Broken(Violation),
    /// For a reason that has nothing to do with WebSockets.
    End(End),
}

impl Stop {
    /// What that means for the connection that is carried.
    const fn end(self) -> End {
        match self {
            Self::Left(_) => End::Gone,
            Self::Broken(_) => End::Malformed,
            Self::End(end) => end,
        }
    }

    /// The code to close with, if there is one, and why; `None` if nobody would read it.
    fn goodbye(self) -> Option<(Option<u16>, &'static str)> {
        match self {
            Self::Left(code) => Some((code, "")),
            Self::Broken(violation) => Some((Some(violation.code()), "not a WebSocket's frame")),
            Self::End(end) => end.close_code().map(|(code, reason)| (Some(code), reason)),
        }
    }
}

impl From<WriteError> for End {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Closed => Self::Gone,
            WriteError::TooSlow => Self::TooSlow,
        }
    }
}

impl From<WriteError> for Stop {
    fn from(error: WriteError) -> Self {
        Self::End(error.into())
    }
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Closed => Self::End(End::Gone),
            // The largest message is a rule of ours.
            ReadError::Violation(Violation::TooLarge) => Self::End(End::Malformed),
            ReadError::Violation(violation) => Self::Broken(violation),
        }
    }
}

/// Carries the connection until it ends, and closes the WebSocket. Reading and writing don't wait for
/// each other: a client that reads slowly may still say something.
pub async fn carry(link: &Link, mut frames: Reader, socket: Writer) {
    let stopped = Cell::new(None);
    let read = async {
        let stop = read(link, &mut frames, &socket).await;
        stopped.set(Some(stop));
        link.end(stop.end());
        // The writer says what is left to say.
        pending().await
    };
    let end = tokio::select! {
        end = write(link, &socket) => end,
        end = read => end,
    };
    link.end(end);
    link.hang_up();
    close(frames, stopped.get().unwrap_or(Stop::End(end))).await;
}

/// Answers the client's probe, and waits until it moves the connection to this WebSocket. If it does
/// anything else, or nothing, the connection stays where it is.
pub async fn upgrade(attempt: Attempt, mut frames: Reader, socket: Writer) {
    let link = Arc::clone(attempt.link());
    let moved = tokio::select! {
        moved = timeout(UPGRADE_WITHIN, move_over(attempt, &mut frames, &socket)) => moved.ok(),
        _ = link.ended() => None,
    };
    match moved {
        Some(Ok(link)) => carry(&link, frames, socket).await,
        Some(Err(stop)) => close(frames, stop).await,
        None => close(frames, Stop::End(End::Malformed)).await,
    }
}

/// The connection, if the client probes and then moves.
async fn move_over(attempt: Attempt, frames: &mut Reader, socket: &Writer) -> Result<Arc<Link>, Stop> {
    let malformed = Stop::End(End::Malformed);
    let Packet::Probe = listen(frames, socket).await? else { return Err(malformed) };
    socket.text(&PROBED).await?;
    attempt.probed();
    let Packet::Upgrade = listen(frames, socket).await? else { return Err(malformed) };
    attempt.succeed().ok_or(malformed)
}

async fn read(link: &Link, frames: &mut Reader, socket: &Writer) -> Stop {
    loop {
        let heard = match listen(frames, socket).await {
            Ok(packet) => link.hear(packet).await,
            Err(stop) => return stop,
        };
        if let Err(end) = heard {
            return Stop::End(end);
        }
    }
}

/// The next packet of the client.
async fn listen(frames: &mut Reader, socket: &Writer) -> Result<Packet, Stop> {
    loop {
        match frames.next().await? {
            Message::Text(text) => return Packet::parse(&text).map_err(|_| Stop::End(End::Malformed)),
            Message::Binary(_) => return Ok(Packet::Binary),
            Message::Ping(payload) => socket.pong(&payload).await?,
            Message::Pong => {}
            Message::Close(code) => return Err(Stop::Left(code)),
        }
    }
}

/// Writes what the client is told, until there is nothing more to say.
async fn write(link: &Link, socket: &Writer) -> End {
    loop {
        let packet = match link.next().await {
            Ok(packet) => packet,
            Err(end) => return end,
        };
        if let Err(error) = socket.text(&packet).await {
            return error.into();
        }
    }
}

async fn close(frames: Reader, stop: Stop) {
    if let Some((code, reason)) = stop.goodbye() {
        frames.close(code, reason).await;
    }
}
