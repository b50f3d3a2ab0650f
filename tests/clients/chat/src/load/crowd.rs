//! Connections that are up and say nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{Stream, StreamExt};

use super::dialect::{Dialect, Heard};
use super::tally::Times;
use crate::socket::{Lost, Socket};

/// The connections, each in a task that ends with it.
#[derive(Debug, Default)]
pub struct Crowd(Arc<Mutex<Size>>);

#[derive(Debug, Default)]
struct Size {
    up: u32,
    lost: Times,
}

impl Crowd {
    /// Takes connections in, as they are opened.
    pub async fn take_in(&self, dialect: Dialect, sockets: impl Stream<Item = Result<Socket, Lost>>) {
        let mut sockets = std::pin::pin!(sockets);
        while let Some(opened) = sockets.next().await {
            match opened {
                Ok(socket) => {
                    lock(&self.0).up += 1;
                    tokio::spawn(stay(socket, dialect, Arc::clone(&self.0)));
                }
                Err(lost) => note(&mut lock(&self.0).lost, &lost),
            }
        }
    }

    /// How many are up.
    pub fn size(&self) -> u32 {
        lock(&self.0).up
    }

    /// Why others are not.
    pub fn lost(&self) -> Times {
        lock(&self.0).lost.clone()
    }
}

/// Answers signs of life until the connection ends.
async fn stay(mut socket: Socket, dialect: Dialect, size: Arc<Mutex<Size>>) {
    let lost = loop {
        let said = match socket.hear().await {
            Ok(text) => match dialect.read(&text) {
                Ok(Heard::Ping(answer)) => socket.say(answer.to_owned()).await,
                Ok(_) => Ok(()),
                Err(lost) => Err(lost),
            },
            Err(lost) => Err(lost),
        };
        if let Err(lost) = said {
            break lost;
        }
    };
    let mut size = lock(&size);
    size.up -= 1;
    note(&mut size.lost, &lost);
}

fn note(times: &mut Times, lost: &Lost) {
    *times.entry(lost.to_string()).or_default() += 1;
}

fn lock(size: &Mutex<Size>) -> MutexGuard<'_, Size> {
    size.lock().unwrap_or_else(PoisonError::into_inner)
}
