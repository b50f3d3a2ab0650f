//! Signals between nodes. Redis's publishing is at most once; numbers make a gap known, and a connection
//! that was away knows that there may be one. A heartbeat says the number of the last signal, so that a gap is
//! known without a next one; a node whose heart stops may have taken signals along.

mod frame;
mod numbers;
mod publisher;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use application::bus::{Bus, Signal};
use async_trait::async_trait;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::timeout;
use uuid::Uuid;

use crate::connection::Redis;
use crate::listener::{Heard, Listener};
use frame::{Beat, Frame};
use numbers::{Numbers, Place};
use publisher::{Publisher, Voice};

/// Carries signals to every node. Its own node hears them at once and without Redis; the others within
/// milliseconds, and after a gap [`Signal::Missed`].
pub struct RedisBus {
    local: broadcast::Sender<Arc<Signal>>,
    outgoing: mpsc::Sender<Arc<Signal>>,
    /// How many could not be queued since the publisher last looked.
    dropped: Arc<AtomicU64>,
    connected: watch::Receiver<bool>,
    _listener: Listener,
    publisher: Publisher,
}

impl RedisBus {
    /// How many signals wait for a slow listener, and how many for Redis while it's away: some seconds'
    /// worth on a busy node.
    const CAPACITY: usize = 8192;

    /// How long taking leave may take.
    const FAREWELL: Duration = Duration::from_secs(1);

    /// A bus of this node, which no other has the name of. Needs a tokio runtime, but not that Redis is
    /// there.
    pub fn start(redis: &Redis, node: Uuid) -> Self {
        // Heartbeats have a channel of their own, which nodes that know nothing of them don't listen to.
        let (signals, beats) = (redis.key("signals"), redis.key("heartbeats"));
        let local = broadcast::Sender::new(Self::CAPACITY);
        let (outgoing, queued) = mpsc::channel(Self::CAPACITY);
        let dropped = Arc::new(AtomicU64::new(0));
        let (connecting, connected) = watch::channel(false);
        let mut receiver = Receiver {
            node,
            beats: beats.clone(),
            local: local.clone(),
            numbers: Numbers::default(),
            connecting,
        };
        let channels = [signals.clone(), beats.clone()];
        let listener = Listener::start(redis.clone(), channels, move |heard| receiver.hear(heard));
        let (redis, count) = (redis.clone(), Arc::clone(&dropped));
        let publisher =
            Publisher::start(Voice { redis, signals, beats, node, queued, dropped: count, number: 0 });
        Self { local, outgoing, dropped, connected, _listener: listener, publisher }
    }

    /// Returns when what the other nodes say is heard here; before, they speak to nobody.
    pub async fn connected(&self) {
        // It fails only when the listener has ended, which it does with the bus.
        let _ = self.connected.clone().wait_for(|connected| *connected).await;
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, signal: Signal) {
        let signal = Arc::new(signal);
        // It fails only if nobody listens, who then misses nothing.
        let _ = self.local.send(Arc::clone(&signal));
        match self.outgoing.try_send(signal) {
            Err(TrySendError::Full(_)) if self.dropped.fetch_add(1, Ordering::Relaxed) == 0 => {
                tracing::warn!("signals for other nodes are dropped: Redis has been away for too long");
            }
            Err(TrySendError::Closed(_)) => tracing::debug!("this node has taken leave of the others"),
            Err(TrySendError::Full(_)) | Ok(()) => {}
        }
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Signal>> {
        self.local.subscribe()
    }

    async fn close(&self) {
        if timeout(Self::FAREWELL, self.publisher.leave()).await.is_err() {
            tracing::warn!("signals for other nodes could not be sent; they look for themselves");
        }
    }
}

/// What comes from the other nodes.
struct Receiver {
    node: Uuid,
    /// The channel of heartbeats.
    beats: String,
    local: broadcast::Sender<Arc<Signal>>,
    numbers: Numbers,
    connecting: watch::Sender<bool>,
}

impl Receiver {
    fn hear(&mut self, heard: Heard<'_>) {
        match heard {
            Heard::Connected { after_silence } => {
                if after_silence {
                    self.numbers.expect_gaps(Instant::now());
                    self.tell(Signal::Missed);
                }
                self.connecting.send_replace(true);
            }
            Heard::Message { channel, content } if channel == self.beats => {
                match serde_json::from_slice(content) {
                    Ok(beat) => self.receive_beat(&beat, Instant::now()),
                    Err(error) => tracing::warn!(%error, "a heartbeat could not be understood"),
                }
            }
            Heard::Message { content, .. } => match serde_json::from_slice::<Frame>(content) {
                Ok(frame) => self.receive(frame),
                // A newer version speaks of something new; whoever is connected looks for itself.
                Err(error) => {
                    tracing::warn!(%error, "a signal of another node could not be understood");
                    self.tell(Signal::Missed);
                }
            },
        }
    }

    fn receive(&mut self, frame: Frame) {
        if frame.node == self.node {
            return;
        }
        match self.numbers.place(frame.node, frame.number) {
            Place::Next => {}
            Place::AfterGap => self.tell(Signal::Missed),
            Place::Repeated => return,
        }
        if let Some(signal) = frame.signal.signal() {
            self.tell(signal);
        } else {
            tracing::warn!(node = %frame.node, "a signal of another node holds what can't be");
        }
    }

    /// One's own, too: it says that this node would hear the others.
    fn receive_beat(&mut self, beat: &Beat, now: Instant) {
        let Beat { node, number, is_last } = *beat;
        let is_behind = match node {
            node if node == self.node => false,
            node if is_last => self.numbers.leave(node, number),
            node => self.numbers.beat(node, number, now),
        };
        let is_dead = self.numbers.someone_fell_silent(now);
        if is_dead {
            tracing::warn!("another node has died; connections read what it may not have told");
        }
        if is_behind || is_dead {
            self.tell(Signal::Missed);
        }
    }

    fn tell(&self, signal: Signal) {
        let _ = self.local.send(Arc::new(signal));
    }
}
