//! How those who wait for events and jobs hear of them: `NOTIFY` and `LISTEN`.
//!
//! A notification wakes early, and that is all: one that is lost (nobody was listening, the connection
//! broke) is made up for by looking from time to time.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::{StreamExt, pin_mut};
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::connector::Connector;

/// How long a connection may take to open.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before listening again after the connection broke.
const PAUSE: Duration = Duration::from_millis(500);

/// What there may be something new of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Outbox,
    Jobs,
}

impl Channel {
    /// The statement that wakes all nodes.
    pub(crate) const fn notify(self) -> &'static str {
        match self {
            Self::Outbox => "NOTIFY goforme_outbox",
            Self::Jobs => "NOTIFY goforme_jobs",
        }
    }
}

/// A connection of its own listens, from the first time that somebody waits until this is dropped.
pub(crate) struct WakeUps {
    connector: Connector,
    waiting: Arc<Waiting>,
    listener: OnceLock<AbortHandle>,
}

/// Those who wait. A wake-up that comes while nobody does is kept for the next.
#[derive(Default)]
struct Waiting {
    outbox: Notify,
    jobs: Notify,
}

impl WakeUps {
    pub(crate) fn new(connector: Connector) -> Self {
        Self { connector, waiting: Arc::default(), listener: OnceLock::new() }
    }

    /// Returns when there may be something new.
    pub(crate) async fn changed(&self, channel: Channel) {
        self.listener.get_or_init(|| {
            let listening = listen(self.connector.clone(), Arc::clone(&self.waiting));
            tokio::spawn(listening).abort_handle()
        });
        match channel {
            Channel::Outbox => self.waiting.outbox.notified().await,
            Channel::Jobs => self.waiting.jobs.notified().await,
        }
    }
}

impl Drop for WakeUps {
    fn drop(&mut self) {
        if let Some(listener) = self.listener.get() {
            listener.abort();
        }
    }
}

/// Listens for ever, again and again.
async fn listen(connector: Connector, waiting: Arc<Waiting>) {
    loop {
        match timeout(PATIENCE, connector.connect_without_limits()).await {
            Ok(Ok(connection)) => {
                if let Err(error) = pass_on(connection, &waiting).await {
                    tracing::warn!(%error, "the connection that listens for events and jobs broke");
                }
            }
            Ok(Err(error)) => tracing::warn!(%error, "nobody can listen for events and jobs at present"),
            Err(_) => tracing::warn!("nobody can listen for events and jobs: the server is silent"),
        }
        sleep(PAUSE).await;
    }
}

/// Passes notifications on until the connection breaks.
async fn pass_on(mut connection: AsyncPgConnection, waiting: &Waiting) -> diesel::QueryResult<()> {
    connection.batch_execute("LISTEN goforme_outbox; LISTEN goforme_jobs").await?;
    // Whatever came while nobody listened.
    waiting.outbox.notify_one();
    waiting.jobs.notify_one();
    let notifications = connection.notifications_stream();
    pin_mut!(notifications);
    while let Some(notification) = notifications.next().await {
        match notification?.channel.as_str() {
            "goforme_outbox" => waiting.outbox.notify_one(),
            "goforme_jobs" => waiting.jobs.notify_one(),
            _ => {}
        }
    }
    Ok(())
}
