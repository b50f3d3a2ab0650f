//! One connection, from its first packet to its end, whatever carries it.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use application::Error;
use application::realtime::{ChatSession, Chats};
use auth::TokenError;
use bytestring::ByteString;
use kernel::{Code, ErrorCode, Kind};
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::engine::connections::Listed;
use super::engine::end::End;
use super::engine::heartbeat::{Beat, Heartbeat};
use super::engine::link::Heard as Carried;
use super::engine::packet::PING;
use super::events::{self, Failure, Sending};
use super::member::{Member, Packets};
use super::packet::{self, Event, Packet};
use super::settings::Settings;
use crate::http::extract::Authenticate;
use crate::http::language::Language;

/// How long one packet may wait for the client to make room.
const SAY_WITHIN: Duration = Duration::from_secs(10);
/// How long a client that polls may take to learn of the end.
const TELL_WITHIN: Duration = Duration::from_secs(10);
/// How long the chat is left alone after it failed, most likely because the store is down.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// One connection, from its first packet to its end.
pub struct Conversation {
    pub listed: Listed,
    /// What the client says.
    pub heard: mpsc::Receiver<Carried>,
    /// The token in the head of the first request.
    pub bearer: Result<Option<String>, TokenError>,
    /// What the client's user reads.
    pub language: Language,
    pub chats: Arc<Chats>,
    pub authenticate: Arc<dyn Authenticate>,
    pub shutdown: CancellationToken,
    pub settings: Settings,
    /// Room for those who have not said who they are.
    pub waiting: Arc<Semaphore>,
    pub heartbeat: Heartbeat,
    /// Attachments that the last packet announced and that did not come yet. We take none, but they
    /// are in the way.
    pub attachments: u8,
}

/// What a conversation comes across.
enum Heard {
    /// The client said something.
    Packet(Packet),
    /// The client was pinged: time to look after it.
    Beat,
}

/// Binary events, which nobody here understands.
#[derive(Debug, thiserror::Error)]
#[error("binary packets are not accepted")]
struct BinaryRefused;

impl ErrorCode for BinaryRefused {
    fn code(&self) -> Code {
        Code::invalid("BINARY_NOT_ACCEPTED")
    }
}

impl Conversation {
    /// Talks until one side has had enough. `permit` is for one who has not said who they are.
    pub async fn run(mut self, permit: OwnedSemaphorePermit) {
        let end = match self.talk(permit).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        tracing::debug!(?end, "a Socket.IO connection ends");
        self.listed.link.end(end);
        // One who has stopped polling is not waited for: that's all that can be done.
        let _ = timeout(TELL_WITHIN, self.listed.link.told()).await;
    }

    /// What happens now and then is in boxes: its memory is not to be held by all who are silent.
    async fn talk(&mut self, mut permit: OwnedSemaphorePermit) -> Result<Infallible, End> {
        loop {
            let member = Box::pin(self.join()).await?;
            drop(permit);
            self.stay(member).await?;
            let waiting = Arc::clone(&self.waiting);
            permit = waiting.try_acquire_owned().map_err(|_| End::NotConnected)?;
        }
    }

    /// Waits for the client to say who it is.
    async fn join(&mut self) -> Result<Member, End> {
        let deadline = Instant::now() + self.settings.connect_timeout;
        loop {
            let heard = timeout_at(deadline, self.hear()).await.map_err(|_| End::NotConnected)??;
            match heard {
                Heard::Packet(Packet::Connect { namespace, auth }) if namespace == packet::MAIN => {
                    return self.admit(&auth).await;
                }
                Heard::Packet(Packet::Connect { namespace, .. }) => self.refuse_namespace(&namespace).await?,
                Heard::Packet(_) => return Err(End::Malformed),
                Heard::Beat => {}
            }
        }
    }

    async fn admit(&self, auth: &Map<String, Value>) -> Result<Member, End> {
        match self.open(auth).await {
            Ok(member) => {
                self.say(packet::connected(&member.session.id())).await?;
                Ok(member)
            }
            Err(error) if matches!(error.code().kind, Kind::Unauthenticated | Kind::Forbidden) => {
                self.say(Failure::of(error, self.language).connect_error()).await?;
                Err(End::Unauthenticated)
            }
            // After a CONNECT_ERROR it would not come back by itself; like this it does.
            Err(error) => {
                tracing::warn!(%error, "a Socket.IO client could not be let in");
                Err(End::Unavailable)
            }
        }
    }

    async fn open(&self, auth: &Map<String, Value>) -> Result<Member, Error> {
        let token = match auth.get("token") {
            Some(Value::String(token)) if !token.is_empty() => token.clone(),
            Some(Value::String(_) | Value::Null) | None => self.bearer.clone()?.ok_or(TokenError::Missing)?,
            Some(_) => return Err(TokenError::Invalid.into()),
        };
        let claims = self.authenticate.authenticate(&token).await?;
        let (session, _) = ChatSession::open(Arc::clone(&self.chats), claims).await?;
        Ok(Member::new(session))
    }

    /// Talks with a member until they leave.
    async fn stay(&mut self, mut member: Member) -> Result<(), End> {
        let mut not_before = Instant::now();
        loop {
            if let Some(end) = member.end() {
                if end == End::TooMany {
                    // It would come back, and another one would have to go.
                    self.say(Ok(packet::DISCONNECT)).await?;
                }
                return Err(end);
            }
            let expires_in = member.time_left(self.chats.environment.now());
            tokio::select! {
                heard = self.hear() => match heard? {
                    Heard::Packet(packet) => {
                        if Box::pin(self.obey(&mut member, packet)).await?.is_break() {
                            return Ok(());
                        }
                    }
                    // The end of a session is also heard of, unless that was lost on the way.
                    Heard::Beat if !Box::pin(member.session.may_go_on()).await => {
                        return Err(End::Unauthenticated);
                    }
                    Heard::Beat => {}
                },
                told = member.next(not_before) => match told {
                    Ok(told) => self.tell(&member, told).await?,
                    Err(error) => {
                        tracing::warn!(%error, "what happened in a chat could not be read");
                        not_before = Instant::now() + RETRY_AFTER;
                    }
                },
                () = sleep(expires_in) => return Err(End::Unauthenticated),
            }
        }
    }

    /// Tells a member what has happened, as long as they may stay: one who reads slowly is not told for
    /// long what is none of their business any more.
    async fn tell(&self, member: &Member, packets: Packets) -> Result<(), End> {
        for packet in packets {
            if member.end().is_some() {
                break;
            }
            self.say(packet).await?;
        }
        Ok(())
    }

    /// Does what a packet of a member asks for. Breaks off when they leave.
    async fn obey(&mut self, member: &mut Member, packet: Packet) -> Result<ControlFlow<()>, End> {
        match packet {
            Packet::Connect { namespace, .. } if namespace != packet::MAIN => {
                self.refuse_namespace(&namespace).await?;
            }
            packet if *packet.namespace() != packet::MAIN => return Err(End::Malformed),
            Packet::Connect { .. } => return Err(End::Malformed),
            Packet::Disconnect { .. } => return Ok(ControlFlow::Break(())),
            Packet::Event(event) if event.name.as_deref() == Some(events::SEND) => {
                self.send(member, &event).await?;
            }
            Packet::BinaryEvent { event, .. } => self.fail(BinaryRefused.into(), event.ack).await?,
            // Unknown events, also those that ask for an answer, and answers to nothing.
            Packet::Event(_) | Packet::Ack { .. } | Packet::BinaryAck { .. } => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn send(&self, member: &mut Member, event: &Event) -> Result<(), End> {
        let sent = match Sending::read(&event.arguments) {
            Ok(sending) => member.send(sending).await,
            Err(invalid) => Err(invalid.into()),
        };
        match sent {
            Ok((before, view)) => {
                self.tell(member, before).await?;
                match event.ack {
                    Some(ack) => self.say(events::sent(ack, view)).await,
                    None => Ok(()),
                }
            }
            Err(error) => self.fail(error, event.ack).await,
        }
    }

    async fn fail(&self, error: Error, ack: Option<u64>) -> Result<(), End> {
        for packet in Failure::of(error, self.language).packets(ack) {
            self.say(packet).await?;
        }
        Ok(())
    }

    async fn refuse_namespace(&self, namespace: &str) -> Result<(), End> {
        self.say(packet::connect_error(namespace, "Invalid namespace", None::<&()>)).await
    }
}

/// The connection itself.
impl Conversation {
    /// What is next. Safe to cancel.
    async fn hear(&mut self) -> Result<Heard, End> {
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return Err(End::GoingDown),
                // What a client said before it went still counts.
                Some(heard) = self.heard.recv() => match heard {
                    Carried::Message(text) => return self.read(&text).map(Heard::Packet),
                    Carried::Binary => {
                        self.attachments = self.attachments.checked_sub(1).ok_or(End::Malformed)?;
                    }
                    Carried::Pong => self.heartbeat.pong(Instant::now()),
                },
                end = self.listed.link.ended() => return Err(end),
                () = sleep_until(self.heartbeat.due()) => match self.heartbeat.beat(Instant::now()) {
                    Beat::Ping => {
                        self.listed.link.say(PING);
                        return Ok(Heard::Beat);
                    }
                    Beat::Silence => return Err(End::Silent),
                },
            }
        }
    }

    fn read(&mut self, text: &ByteString) -> Result<Packet, End> {
        let packet = Packet::parse(text).map_err(|_| End::Malformed)?;
        if self.attachments > 0 {
            return Err(End::Malformed);
        }
        self.attachments = packet.attachments();
        Ok(packet)
    }

    /// Says something, once the client has made room; not for ever.
    async fn say(&self, packet: Result<ByteString, serde_json::Error>) -> Result<(), End> {
        let packet = packet.map_err(|error| {
            tracing::error!(%error, "a packet could not be encoded");
            End::Unavailable
        })?;
        tokio::select! {
            biased;
            () = self.listed.link.room() => self.listed.link.say(packet),
            () = self.shutdown.cancelled() => return Err(End::GoingDown),
            () = sleep(SAY_WITHIN) => return Err(End::TooSlow),
        }
        Ok(())
    }
}
