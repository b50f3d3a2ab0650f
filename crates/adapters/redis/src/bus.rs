//! Signals between nodes. Redis's publishing is at most once; numbers make a gap known, and a connection
//! that was away knows that there may be one.

mod frame;
mod numbers;
mod publisher;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use application::bus::{Bus, Signal};
use async_trait::async_trait;
use tokio::sync::{broadcast, mpsc, watch};
use uuid::Uuid;

use crate::connection::Redis;
use crate::listener::{Heard, Listener};
use frame::Frame;
use numbers::{Numbers, Place};
use publisher::Publisher;

/// Carries signals to every node. Its own node hears them at once and without Redis; the others within
/// milliseconds, and after a gap [`Signal::Missed`].
pub struct RedisBus {
    local: broadcast::Sender<Arc<Signal>>,
    outgoing: mpsc::Sender<Arc<Signal>>,
    /// How many could not be queued since the publisher last looked.
    dropped: Arc<AtomicU64>,
    connected: watch::Receiver<bool>,
    _listener: Listener,
    _publisher: Publisher,
}

impl RedisBus {
    /// How many signals wait for a slow listener, and how many for Redis while it's away: some seconds'
    /// worth on a busy node.
    const CAPACITY: usize = 8192;

    /// A bus of this node, which no other has the name of. Needs a tokio runtime, but not that Redis is
    /// there.
    pub fn start(redis: &Redis, node: Uuid) -> Self {
        let channel = redis.key("signals");
        let local = broadcast::Sender::new(Self::CAPACITY);
        let (outgoing, queued) = mpsc::channel(Self::CAPACITY);
        let dropped = Arc::new(AtomicU64::new(0));
        let (connecting, connected) = watch::channel(false);
        let mut receiver = Receiver { node, local: local.clone(), numbers: Numbers::default(), connecting };
        let listener = Listener::start(redis.clone(), channel.clone(), move |heard| receiver.hear(heard));
        let publisher = Publisher::start(redis.clone(), channel, node, queued, Arc::clone(&dropped));
        Self { local, outgoing, dropped, connected, _listener: listener, _publisher: publisher }
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
        if self.outgoing.try_send(signal).is_err() && self.dropped.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!("signals for other nodes are dropped: Redis has been away for too long");
        }
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Signal>> {
        self.local.subscribe()
    }
}

/// What comes from the other nodes.
struct Receiver {
    node: Uuid,
    local: broadcast::Sender<Arc<Signal>>,
    numbers: Numbers,
    connecting: watch::Sender<bool>,
}

impl Receiver {
    fn hear(&mut self, heard: Heard<'_>) {
        match heard {
            Heard::Connected { after_silence } => {
                if after_silence {
                    self.numbers.expect_gaps();
                    self.tell(Signal::Missed);
                }
                self.connecting.send_replace(true);
            }
            Heard::Message(message) => match serde_json::from_slice::<Frame>(message) {
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

    fn tell(&self, signal: Signal) {
        let _ = self.local.send(Arc::new(signal));
    }
}
