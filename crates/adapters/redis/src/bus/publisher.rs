//! Sending signals to the other nodes, in their order, however long Redis is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use application::bus::Signal;
use deadpool_redis::redis::Pipeline;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use uuid::Uuid;

use super::frame::{Frame, SignalFrame};
use crate::connection::Redis;

/// Sends what is queued as long as it lives.
pub(super) struct Publisher(JoinHandle<()>);

impl Publisher {
    /// How many signals are sent at once.
    const BATCH: usize = 100;
    const FIRST_PAUSE: Duration = Duration::from_millis(50);
    const LONGEST_PAUSE: Duration = Duration::from_secs(1);

    pub(super) fn start(
        redis: Redis,
        channel: String,
        node: Uuid,
        mut queued: mpsc::Receiver<Arc<Signal>>,
        dropped: Arc<AtomicU64>,
    ) -> Self {
        Self(tokio::spawn(async move {
            let (mut number, mut signals) = (0, Vec::new());
            while queued.recv_many(&mut signals, Self::BATCH).await > 0 {
                // What was dropped leaves a gap in the numbers, which the others see.
                number += dropped.swap(0, Ordering::Relaxed);
                let mut commands = Pipeline::with_capacity(signals.len());
                for signal in signals.drain(..) {
                    // That signals were missed is true of one node only.
                    let Some(signal) = SignalFrame::of(&signal) else { continue };
                    number += 1;
                    match serde_json::to_vec(&Frame { node, number, signal }) {
                        Ok(frame) => {
                            commands.cmd("PUBLISH").arg(&channel).arg(frame).ignore();
                        }
                        Err(error) => tracing::error!(%error, "a signal could not be written"),
                    }
                }
                send(&redis, &commands).await;
            }
        }))
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends until it has worked. What got through without our hearing of it is sent twice, which the others
/// see by its number.
async fn send(redis: &Redis, commands: &Pipeline) {
    if commands.is_empty() {
        return;
    }
    let mut pause = Publisher::FIRST_PAUSE;
    while let Err(error) = redis.query::<()>(commands).await {
        if pause == Publisher::FIRST_PAUSE {
            tracing::warn!(%error, "signals for other nodes wait");
        }
        sleep(pause).await;
        pause = (pause * 2).min(Publisher::LONGEST_PAUSE);
    }
}
