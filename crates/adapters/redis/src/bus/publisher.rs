//! Sending signals to the other nodes, in their order, however long Redis is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use application::bus::Signal;
use deadpool_redis::redis::Pipeline;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use uuid::Uuid;

use super::frame::{Beat, Frame, SignalFrame};
use crate::connection::Redis;

/// Sends what is queued, and says how far it has got, as long as it lives.
pub(super) struct Publisher {
    task: JoinHandle<()>,
    leave: Arc<Notify>,
    /// Its other end goes with the task.
    running: watch::Receiver<()>,
}

impl Publisher {
    pub(super) fn start(voice: Voice) -> Self {
        let (leave, (ends, running)) = (Arc::new(Notify::new()), watch::channel(()));
        let told_to_leave = Arc::clone(&leave);
        let task = tokio::spawn(async move {
            voice.speak(&told_to_leave).await;
            drop(ends);
        });
        Self { task, leave, running }
    }

    /// Sends what is still queued, says goodbye and ends; returns then.
    pub(super) async fn leave(&self) {
        self.leave.notify_one();
        // Nothing is ever sent through it, so this returns when the other end is dropped.
        let _ = self.running.clone().changed().await;
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a node says to the others.
pub(super) struct Voice {
    pub redis: Redis,
    /// The channel of signals.
    pub signals: String,
    /// The channel of heartbeats.
    pub beats: String,
    pub node: Uuid,
    pub queued: mpsc::Receiver<Arc<Signal>>,
    /// How many found no place among the queued since this was last looked at.
    pub dropped: Arc<AtomicU64>,
    /// Of the last signal that was sent or dropped; 0 before the first.
    pub number: u64,
}

impl Voice {
    /// How many signals are sent at once.
    const BATCH: usize = 100;
    const FIRST_PAUSE: Duration = Duration::from_millis(50);
    const LONGEST_PAUSE: Duration = Duration::from_secs(1);
    /// How often the others hear that this node lives, and the number of its last signal.
    const BEAT_EVERY: Duration = Duration::from_secs(1);

    async fn speak(mut self, leave: &Notify) {
        // Before anything else: only who is known to live can be missed.
        self.beat(false).await;
        let mut signals = Vec::new();
        let mut beats = interval_at(Instant::now() + Self::BEAT_EVERY, Self::BEAT_EVERY);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                count = self.queued.recv_many(&mut signals, Self::BATCH) => {
                    if count == 0 {
                        return self.beat(true).await;
                    }
                    self.send(&mut signals).await;
                }
                _ = beats.tick() => self.beat(false).await,
                // What is queued by now is still received, then nothing.
                () = leave.notified() => self.queued.close(),
            }
        }
    }

    /// What was dropped leaves a gap in the numbers, which the others see.
    fn count_dropped(&mut self) {
        self.number += self.dropped.swap(0, Ordering::Relaxed);
    }

    /// Sends until it has worked. What got through without our hearing of it is sent twice, which the
    /// others see by its number.
    async fn send(&mut self, signals: &mut Vec<Arc<Signal>>) {
        let commands = self.commands(signals);
        if commands.is_empty() {
            return;
        }
        let mut pause = Self::FIRST_PAUSE;
        while let Err(error) = self.redis.query::<()>(&commands).await {
            if pause == Self::FIRST_PAUSE {
                tracing::warn!(%error, "signals for other nodes wait");
            }
            sleep(pause).await;
            pause = (pause * 2).min(Self::LONGEST_PAUSE);
        }
    }

    fn commands(&mut self, signals: &mut Vec<Arc<Signal>>) -> Pipeline {
        self.count_dropped();
        let mut commands = Pipeline::with_capacity(signals.len());
        for signal in signals.drain(..) {
            // That signals were missed is true of one node only.
            let Some(signal) = SignalFrame::of(&signal) else { continue };
            self.number += 1;
            match serde_json::to_vec(&Frame { node: self.node, number: self.number, signal }) {
                Ok(frame) => {
                    commands.cmd("PUBLISH").arg(&self.signals).arg(frame).ignore();
                }
                Err(error) => tracing::error!(%error, "a signal could not be written"),
            }
        }
        commands
    }

    /// Says how far this node has got; whatever is numbered by now was sent before. If it doesn't get
    /// through, the next one does.
    async fn beat(&mut self, is_last: bool) {
        self.count_dropped();
        let beat = serde_json::to_vec(&Beat { node: self.node, number: self.number, is_last });
        let Ok(beat) = beat else { return };
        let mut command = Pipeline::with_capacity(1);
        command.cmd("PUBLISH").arg(&self.beats).arg(beat).ignore();
        if let Err(error) = self.redis.query::<()>(&command).await {
            tracing::debug!(%error, "other nodes don't hear that this one lives");
        }
    }
}
