//! What the transports of one connection share with its conversation.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytestring::ByteString;
use tokio::sync::{Notify, mpsc};

use super::end::End;
use super::packet::{self, Packet};
use super::refusal::Refusal;
use super::sid::Sid;

/// Bytes that may wait for a client; over that nothing more is said until it reads.
const ROOM: usize = 256 * 1024;
/// Packets that may wait for the conversation; over that a client is not read from.
const HEARD_AT_ONCE: usize = 16;

/// What a conversation hears of its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A Socket.IO packet.
    Message(ByteString),
    /// An attachment, whatever it holds.
    Binary,
    /// The client is there.
    Pong,
}

/// How the connection reaches its client at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// By polling only.
    Polling,
    /// By polling, while a WebSocket is tried.
    Trying,
    /// By polling, and in a moment by the WebSocket that works.
    Probed,
    /// By a WebSocket, until the end.
    WebSocket,
}

/// The middle of a connection: transports put in what the client says and take out what it's told, on
/// whichever thread they are; the conversation does the reverse. Nobody waits for a client but whoever
/// writes to it.
pub struct Link {
    sid: Sid,
    heard: mpsc::Sender<Heard>,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    carrier: Carrier,
    /// What the client is to be told.
    queue: VecDeque<ByteString>,
    /// The bytes in `queue`.
    bytes: usize,
    /// A poll waits.
    polled: bool,
    /// A polling body is being received.
    posting: bool,
    end: Option<End>,
    /// The client has been told of the end, or can't be.
    told: bool,
}

impl State {
    fn take(&mut self) -> Option<ByteString> {
        let packet = self.queue.pop_front()?;
        self.bytes -= packet.len();
        Some(packet)
    }
}

impl Link {
    /// A new connection, and what its client says.
    pub fn new(sid: Sid, carrier: Carrier) -> (Self, mpsc::Receiver<Heard>) {
        let (heard, hear) = mpsc::channel(HEARD_AT_ONCE);
        let state = State {
            carrier,
            queue: VecDeque::new(),
            bytes: 0,
            polled: false,
            posting: false,
            end: None,
            told: false,
        };
        (Self { sid, heard, state: Mutex::new(state), changed: Notify::new() }, hear)
    }

    /// Its name.
    pub const fn sid(&self) -> Sid {
        self.sid
    }

    /// Ends the connection; what waits for the client is still delivered. The first reason counts.
    pub fn end(&self, end: End) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end = Some(end);
            if end == End::Gone {
                // A poll that waits is told; nobody else can be.
                state.told = !state.polled;
                state.queue = VecDeque::new();
                state.bytes = 0;
            }
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Changes something and tells everybody who waits for a change.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.notify_waiters();
        changed
    }

    /// Waits until there is what `look` looks for.
    async fn when<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            let mut changed = pin!(self.changed.notified());
            // From here on no change is missed.
            changed.as_mut().enable();
            if let Some(found) = look(&mut self.lock()) {
                return found;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The conversation's side.
impl Link {
    /// Waits until more can be said. There's always room once the connection has ended.
    pub async fn room(&self) {
        self.when(|state| (state.bytes < ROOM || state.end.is_some()).then_some(())).await;
    }

    /// Says something, without waiting for anybody; look for [`Link::room`] before. Nothing is said to
    /// who is gone.
    pub fn say(&self, packet: ByteString) {
        self.change(|state| {
            if state.end.is_none() {
                state.bytes += packet.len();
                state.queue.push_back(packet);
            }
        });
    }

    /// Waits for the end.
    pub async fn ended(&self) -> End {
        self.when(|state| state.end).await
    }

    /// Waits until the client has been told of the end.
    pub async fn told(&self) {
        self.when(|state| state.told.then_some(())).await;
    }
}

/// What both kinds of transport do.
impl Link {
    /// Hands a packet to the conversation, and waits until there is room for it. A client's goodbye ends
    /// the connection, and so does what has no place here.
    pub async fn hear(&self, packet: Packet) -> Result<(), End> {
        let heard = match packet {
            Packet::Message(text) => Heard::Message(text),
            Packet::Binary => Heard::Binary,
            Packet::Pong => Heard::Pong,
            Packet::Noop => return Ok(()),
            Packet::Close => return Err(End::Gone),
            Packet::Probe | Packet::Upgrade => return Err(End::Malformed),
        };
        match self.heard.send(heard).await {
            Ok(()) => Ok(()),
            // The conversation is over, and says why.
            Err(_) => Err(self.ended().await),
        }
    }
}

/// Polling.
impl Link {
    /// Begins a poll; only one may wait.
    pub fn poll(&self) -> Result<Polling<'_>, Refusal> {
        let mut state = self.lock();
        if state.told {
            return Err(Refusal::UnknownSid);
        }
        if state.carrier == Carrier::WebSocket {
            return Err(Refusal::BadRequest);
        }
        if state.polled {
            drop(state);
            self.end(End::Malformed);
            return Err(Refusal::BadRequest);
        }
        state.polled = true;
        Ok(Polling(self))
    }

    /// Begins to receive a polling body; only one may be under way.
    pub fn post(&self) -> Result<Posting<'_>, Refusal> {
        let mut state = self.lock();
        if state.end.is_some() {
            return Err(Refusal::UnknownSid);
        }
        if state.carrier == Carrier::WebSocket {
            return Err(Refusal::BadRequest);
        }
        if state.posting {
            drop(state);
            self.end(End::Malformed);
            return Err(Refusal::BadRequest);
        }
        state.posting = true;
        Ok(Posting(self))
    }
}

/// A poll that waits.
pub struct Polling<'a>(&'a Link);

impl Polling<'_> {
    /// What the client is told: never nothing.
    pub async fn packets(&self) -> Vec<ByteString> {
        let look = |state: &mut State| {
            if state.carrier == Carrier::WebSocket {
                return Some(vec![packet::NOOP]);
            }
            let mut packets = Vec::with_capacity(state.queue.len());
            packets.extend(std::iter::from_fn(|| state.take()));
            match state.end {
                Some(end) => {
                    state.told = true;
                    packets.push(if end == End::Gone { packet::NOOP } else { packet::CLOSE });
                }
                // The client waits for the end of its poll before it moves to its WebSocket.
                None if packets.is_empty() && state.carrier == Carrier::Probed => {
                    packets.push(packet::NOOP);
                }
                None => {}
            }
            (!packets.is_empty()).then_some(packets)
        };
        let packets = self.0.when(look).await;
        // There is room again, and maybe the client knows of the end.
        self.0.changed.notify_waiters();
        packets
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.polled = false);
    }
}

/// A polling body that is being received.
pub struct Posting<'a>(&'a Link);

impl Drop for Posting<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.posting = false);
    }
}

/// WebSockets.
impl Link {
    /// Begins to try a WebSocket for a connection that polls; only one at a time.
    pub fn attempt(self: &Arc<Self>) -> Result<Attempt, Refusal> {
        let mut state = self.lock();
        if state.carrier != Carrier::Polling || state.end.is_some() {
            return Err(Refusal::BadRequest);
        }
        state.carrier = Carrier::Trying;
        Ok(Attempt(Arc::clone(self)))
    }

    /// The next packet for the client; the reason if there is none and there will be none.
    pub async fn next(&self) -> Result<ByteString, End> {
        let look = |state: &mut State| state.take().map(Ok).or_else(|| state.end.map(Err));
        let next = self.when(look).await;
        self.changed.notify_waiters();
        next
    }

    /// Nothing more can be said to the client.
    pub fn hang_up(&self) {
        self.end(End::Gone);
        self.change(|state| state.told = true);
    }
}

/// A WebSocket that is tried; dropped, it was not the one, and polling goes on.
pub struct Attempt(Arc<Link>);

impl Attempt {
    /// The connection that it's for.
    pub fn link(&self) -> &Arc<Link> {
        &self.0
    }

    /// The WebSocket works: polls are sent home, since the client moves between two of them.
    pub fn probed(&self) {
        self.0.change(|state| state.carrier = Carrier::Probed);
    }

    /// The WebSocket carries the connection from now on; nothing if that has ended.
    pub fn succeed(self) -> Option<Arc<Link>> {
        let goes_on = self.0.change(|state| {
            let goes_on = state.end.is_none();
            if goes_on {
                state.carrier = Carrier::WebSocket;
            }
            goes_on
        });
        goes_on.then(|| Arc::clone(&self.0))
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.0.change(|state| {
            if state.carrier != Carrier::WebSocket {
                state.carrier = Carrier::Polling;
            }
        });
    }
}

#[cfg(test)]
mod tests;
