//! One WebSocket, from the upgrade to the close.

use std::sync::Arc;
use std::time::Duration;

use application::Error;
use application::realtime::{ChatSession, Chats, CloseReason, Delivery};
use auth::{AccessClaims, TokenError};
use chat::MessageContent;
use kernel::{Invalid, Kind};
use tokio::task::yield_now;
use tokio::time::{Instant, interval_at, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::frames::{self, ClientFrame, Reference, SendKind, ServerFrame, Unreadable};
use crate::http::extract::Authenticate;
use crate::http::websocket::{Message, ReadError, Reader, Violation, WriteError, Writer};

/// How long a client may take to say hello.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// How often the server pings.
const PING_EVERY: Duration = Duration::from_secs(25);
/// How long a client may be silent, pongs included.
const SILENT_AT_MOST: Duration = Duration::from_mins(1);
/// The most that `history` answers at once.
const MOST_HISTORY: i64 = 100;

/// Why a connection ends: the closing codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client has gone, without a word.
    Gone,
    /// The client has said goodbye, with this code if with any.
    Left(Option<u16>),
    /// The client has broken the rules of WebSockets.
    Broken(Violation),
    BadFrame,
    Unauthenticated,
    NoHello,
    TooMany,
    GoingDown,
    TooSlow,
}

impl End {
    /// The code to close with, if there is one, and why; `None` if there is nobody to tell.
    const fn goodbye(self) -> Option<(Option<u16>, &'static str)> {
        let (code, reason) = match self {
            Self::Gone => return None,
            // It's answered by the same.
            Self::Left(code) => return Some((code, "")),
            Self::Broken(violation) => (violation.code(), "not a WebSocket's frame"),
            Self::BadFrame => (4400, "not a frame of this protocol"),
            Self::Unauthenticated => (4401, "not, or no longer, authenticated"),
            Self::NoHello => (4408, "no hello in time"),
            Self::TooMany => (4429, "too many connections"),
            Self::GoingDown => (1012, "the server is going down"),
            Self::TooSlow => (1013, "too slow"),
        };
        Some((Some(code), reason))
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

impl From<ReadError> for End {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Closed => Self::Gone,
            // The largest message is a rule of ours.
            ReadError::Violation(Violation::TooLarge) => Self::BadFrame,
            ReadError::Violation(violation) => Self::Broken(violation),
        }
    }
}

impl From<CloseReason> for End {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::TooSlow => Self::TooSlow,
            CloseReason::TooMany => Self::TooMany,
            CloseReason::Unauthenticated => Self::Unauthenticated,
            CloseReason::GoingDown => Self::GoingDown,
        }
    }
}

/// A WebSocket that was just opened.
pub(super) struct Connection {
    pub(super) socket: Writer,
    /// From the header of the upgrade; else the hello brings a token.
    pub(super) claims: Option<AccessClaims>,
    pub(super) chats: Arc<Chats>,
    pub(super) authenticate: Arc<dyn Authenticate>,
    pub(super) shutdown: CancellationToken,
}

impl Connection {
    /// Talks until one side has had enough, then closes.
    pub(super) async fn run(mut self, mut frames: Reader) {
        let end = match self.talk(&mut frames).await {
            Ok(never) => never,
            Err(end) => end,
        };
        tracing::debug!(?end, "a WebSocket ends");
        if let Some((code, reason)) = end.goodbye() {
            frames.close(code, reason).await;
        }
    }

    /// What happens now and then is in boxes: its memory is not to be held by all who are silent.
    async fn talk(&mut self, frames: &mut Reader) -> Result<End, End> {
        let mut session = Box::pin(self.begin(frames)).await?;
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        let mut last_heard = Instant::now();
        let shutdown = self.shutdown.clone();
        loop {
            // Not left to chance: under a flood the timer below might not have its turn.
            if let Some(reason) = session.must_close() {
                return Err(reason.into());
            }
            let expires_in = time_left(&self.chats, session.claims());
            tokio::select! {
                () = shutdown.cancelled() => return Err(End::GoingDown),
                () = sleep(expires_in) => return Err(End::Unauthenticated),
                () = sleep_until(last_heard + SILENT_AT_MOST) => {
                    let frame = Box::pin(heard_meanwhile(frames)).await?;
                    last_heard = Instant::now();
                    Box::pin(self.hear(&mut session, frame)).await?;
                }
                frame = frames.next() => {
                    last_heard = Instant::now();
                    Box::pin(self.hear(&mut session, frame?)).await?;
                }
                deliveries = session.next() => Box::pin(self.deliver(&session, deliveries)).await?,
                _ = pings.tick() => {
                    self.socket.ping().await?;
                    // The end of the session is heard of, unless that was lost on the way.
                    if !Box::pin(session.may_go_on()).await {
                        return Err(End::Unauthenticated);
                    }
                }
            }
        }
    }

    /// Waits for the hello, and answers it.
    async fn begin(&mut self, frames: &mut Reader) -> Result<ChatSession, End> {
        let shutdown = self.shutdown.clone();
        let hello = tokio::select! {
            () = shutdown.cancelled() => return Err(End::GoingDown),
            hello = timeout(HELLO_WITHIN, self.hello(frames)) => hello.map_err(|_| End::NoHello)??,
        };
        let (token, resume) = hello;
        if let Some(token) = token {
            let claims = self.authenticate.authenticate(&token).await;
            // While nobody can tell whether the token is good, the client is to come back with it.
            let end = |error: Error| {
                if error.is_unavailable() { End::GoingDown } else { End::Unauthenticated }
            };
            self.claims = Some(claims.map_err(end)?);
        }
        let claims = self.claims.clone().ok_or(End::Unauthenticated)?;
        let (user_id, session_id) = (claims.user, claims.session.to_string());
        let opened = ChatSession::open(Arc::clone(&self.chats), claims).await;
        let (mut session, rooms) = opened.map_err(|error| {
            if error.code().kind == Kind::Unauthenticated {
                return End::Unauthenticated;
            }
            tracing::warn!(%error, "a chat session could not be opened");
            End::GoingDown
        })?;
        let server_time = self.chats.environment.now().into();
        let rooms = rooms.into_iter().map(Into::into).collect();
        self.say(ServerFrame::Ready { user_id, session_id, server_time, rooms }).await?;
        let deliveries = session.resume(resume);
        self.deliver(&session, Ok(deliveries)).await?;
        Ok(session)
    }

    /// The hello, after others that are refused for a wrong field. Any other frame comes from somebody
    /// who has not said who they are.
    async fn hello(&mut self, frames: &mut Reader) -> Result<(Option<String>, Resume), End> {
        loop {
            match frames.next().await? {
                Message::Text(text) => match frames::read(&text) {
                    Ok(ClientFrame::Hello { token, resume }) => {
                        return Ok((token, resume.unwrap_or_default()));
                    }
                    Err(Unreadable::Wrong { is_hello: true, reference, invalid }) => {
                        self.refuse(reference, invalid.into()).await?;
                    }
                    Ok(_) | Err(Unreadable::Wrong { .. }) => return Err(End::Unauthenticated),
                    Err(Unreadable::NoObject) => return Err(End::BadFrame),
                },
                Message::Ping(payload) => self.socket.pong(&payload).await?,
                Message::Pong => {}
                Message::Binary(_) => return Err(End::BadFrame),
                Message::Close(code) => return Err(End::Left(code)),
            }
        }
    }
}

/// What the client saw last, by room.
type Resume = std::collections::HashMap<kernel::RoomId, i64>;

impl Connection {
    /// Does what a frame asks for.
    async fn hear(&mut self, session: &mut ChatSession, message: Message) -> Result<(), End> {
        match message {
            Message::Text(text) => self.obey(session, &text).await,
            Message::Ping(payload) => Ok(self.socket.pong(&payload).await?),
            Message::Pong => Ok(()),
            Message::Binary(_) => Err(End::BadFrame),
            Message::Close(code) => Err(End::Left(code)),
        }
    }

    /// What is no JSON object ends the connection; what is one, but not understood, is one refused frame.
    async fn obey(&mut self, session: &mut ChatSession, text: &str) -> Result<(), End> {
        let frame = match frames::read(text) {
            Ok(frame) => frame,
            Err(Unreadable::NoObject) => return Err(End::BadFrame),
            Err(Unreadable::Wrong { reference, invalid, .. }) => {
                return self.refuse(reference, invalid.into()).await;
            }
        };
        match frame {
            ClientFrame::Hello { .. } => {
                self.refuse(None, Invalid::field("op", "is only understood at the beginning").into()).await
            }
            ClientFrame::Auth { token } => match self.authenticate.authenticate(&token).await {
                Ok(claims) if session.renew(&claims) => Ok(()),
                Ok(_) => self.refuse(None, TokenError::Invalid.into()).await,
                Err(error) => self.refuse(None, error).await,
            },
            ClientFrame::Send { reference, room_id, client_message_id, kind: SendKind::Text, content } => {
                let sent = match frames::text(content) {
                    Ok(text) => session.send(room_id, MessageContent::Text(text), client_message_id).await,
                    Err(invalid) => Err(invalid.into()),
                };
                match sent {
                    Ok((before, message)) => {
                        self.deliver(session, Ok(before)).await?;
                        self.say(ServerFrame::Ack { reference, message: message.into() }).await
                    }
                    Err(error) => self.refuse(Some(reference), error).await,
                }
            }
            ClientFrame::History { reference, room_id, before_seq, after_seq, limit } => {
                if !(1..=MOST_HISTORY).contains(&limit) {
                    let invalid = Invalid::field("limit", format!("must be from 1 to {MOST_HISTORY}"));
                    return self.refuse(Some(reference), invalid.into()).await;
                }
                match session.history(room_id, before_seq, after_seq, limit).await {
                    Ok(history) => self.say(ServerFrame::history(reference, history)).await,
                    Err(error) => self.refuse(Some(reference), error).await,
                }
            }
            ClientFrame::Read { room_id, seq } => {
                let read = session.read(room_id, seq).await;
                self.refuse_if_failed(read).await
            }
            ClientFrame::Typing { room_id } => {
                let told = session.typing(room_id).await;
                self.refuse_if_failed(told).await
            }
            ClientFrame::Ping { reference } => self.say(ServerFrame::Pong { reference }).await,
        }
    }

    async fn refuse_if_failed(&mut self, outcome: Result<(), Error>) -> Result<(), End> {
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => self.refuse(None, error).await,
        }
    }

    async fn refuse(&mut self, reference: Option<Reference>, error: Error) -> Result<(), End> {
        if error.is_unavailable() {
            tracing::warn!(%error, "a chat request failed");
        }
        self.say(ServerFrame::refusal(reference, error.cause())).await
    }

    async fn deliver(
        &mut self,
        session: &ChatSession,
        deliveries: Result<Vec<Delivery>, Error>,
    ) -> Result<(), End> {
        let deliveries = match deliveries {
            Ok(deliveries) => deliveries,
            Err(error) => {
                // Most likely the store is down: what is missed is read when it's back.
                tracing::warn!(%error, "a delivery failed");
                sleep(Duration::from_secs(1)).await;
                return Ok(());
            }
        };
        for delivery in deliveries {
            // A client that reads slowly is not told for long what is none of its business any more.
            if let Some(reason) = session.must_close() {
                return Err(reason.into());
            }
            if let Delivery::Close(reason) = delivery {
                return Err(reason.into());
            }
            if let Some(frame) = ServerFrame::of(delivery) {
                self.say(frame).await?;
            }
        }
        Ok(())
    }

    async fn say(&mut self, frame: ServerFrame) -> Result<(), End> {
        let text = serde_json::to_string(&frame).map_err(|error| {
            tracing::error!(%error, "a frame could not be encoded");
            End::GoingDown
        })?;
        Ok(self.socket.text(&text).await?)
    }
}

/// What a client has said while it was told something, though it seems to have been silent; the end if
/// there is nothing.
async fn heard_meanwhile(frames: &mut Reader) -> Result<Message, End> {
    tokio::select! {
        biased;
        frame = frames.next() => Ok(frame?),
        // After everybody else has had a turn: what has arrived by then was seen.
        () = yield_now() => Err(End::Gone),
    }
}

/// How long the access token is still good for; for ever, as far as timers go, if that is very long.
fn time_left(chats: &Chats, claims: &AccessClaims) -> Duration {
    const A_DAY: Duration = Duration::from_hours(24);
    let left = claims.expires_at - chats.environment.now();
    left.to_std().unwrap_or(Duration::ZERO).min(A_DAY)
}

#[cfg(test)]
mod tests;
