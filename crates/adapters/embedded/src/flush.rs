//! One wait for the disk for all who commit at the same time.
//!
//! SQLite would wait for the disk in every commit, one after the other, while it holds the only right to
//! write. So its commits don't wait (`synchronous = NORMAL` in WAL mode), and whoever must not answer
//! before the disk has it waits here, after the right to write has gone on: one flush of the write-ahead
//! log covers every commit that was made before it began.

use std::fs::File;
use std::io;
use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use kernel::StoreError;
use tokio::sync::oneshot;

/// Somebody who waits for the disk.
type Waiting = oneshot::Sender<Result<(), io::ErrorKind>>;

/// The thread that flushes the write-ahead log. Dropping it ends the thread.
#[derive(Clone)]
pub(crate) struct Flusher(Sender<Waiting>);

impl Flusher {
    /// Starts the thread. The write-ahead log is there as long as a connection to the database is.
    pub(crate) fn start(database: &Path) -> io::Result<Self> {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let log = File::open(log)?;
        // Bounded by the number of requests in flight.
        let (sender, waiting) = unbounded();
        thread::Builder::new().name("sqlite-flush".to_owned()).spawn(move || flush(&log, &waiting))?;
        Ok(Self(sender))
    }

    /// Returns when everything that was committed before is on the disk.
    pub(crate) async fn flushed(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).map_err(|_| StoreError::unavailable("the flushing thread has ended"))?;
        let outcome = answer.await.map_err(StoreError::unavailable)?;
        outcome.map_err(|kind| StoreError::unavailable(io::Error::from(kind)))
    }
}

fn flush(log: &File, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let together: Vec<Waiting> = std::iter::once(first).chain(waiting.try_iter()).collect();
        let outcome = log.sync_data().map_err(|error| error.kind());
        for reply in together {
            // Who has gone doesn't wait any more.
            let _ = reply.send(outcome);
        }
    }
}
