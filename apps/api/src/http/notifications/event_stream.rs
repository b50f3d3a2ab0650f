//! Notifications in the form of server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::Bytes;
use application::realtime::NotificationFeed;
use futures_util::{Stream, stream};
use kernel::Timestamp;
use notification::Notification;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;

use super::answers::NotificationAnswer;
use super::stream_notifications::Format;

/// Between two heartbeats. The web client takes a connection that's silent for 45 seconds for broken.
pub const HEARTBEAT: Duration = Duration::from_secs(40);
/// Goes out with the head, so that the client (and each proxy on the way) has something at once.
const GREETING: &str = ": connected\n\n";
/// The web client knows and drops it.
const PING: &str = "data: ping\n\n";

/// The stream of one connection.
pub struct EventStream {
    feed: NotificationFeed,
    format: Format,
    greeted: bool,
    heartbeat: Interval,
    expires: Instant,
    shutdown: CancellationToken,
}

impl EventStream {
    /// A stream of what the feed tells. It ends with the feed, with the token that was shown, and when
    /// the process does.
    pub fn new(feed: NotificationFeed, format: Format, now: Timestamp, shutdown: CancellationToken) -> Self {
        let begins = Instant::now();
        let mut heartbeat = interval_at(begins + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let lifetime = (feed.claims().expires_at - now).to_std().unwrap_or_default();
        Self { feed, format, greeted: false, heartbeat, expires: begins + lifetime, shutdown }
    }

    /// What is sent, piece by piece.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut events| async move {
            let event = events.next().await?;
            Some((Ok(event), events))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if !self.greeted {
            self.greeted = true;
            return Some(Bytes::from_static(GREETING.as_bytes()));
        }
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => None,
            () = sleep_until(self.expires) => None,
            told = self.feed.next() => match told {
                Ok(notification) => Some(event(&notification?, self.format)),
                Err(error) => {
                    tracing::warn!(%error, "a stream of notifications ends; its client will come back");
                    None
                }
            },
            _ = self.heartbeat.tick() => {
                self.feed.may_go_on().await.then(|| Bytes::from_static(PING.as_bytes()))
            }
        }
    }
}

fn event(notification: &Notification, format: Format) -> Bytes {
    let data = match format {
        Format::Text => notification.sentence(),
        // It has text keys only, so it can always be written.
        Format::Json => serde_json::to_string(&NotificationAnswer::from(notification)).unwrap_or_default(),
    };
    framed(&notification.id().to_string(), &data)
}

/// One event; each line of the data gets a line of its own.
fn framed(id: &str, data: &str) -> Bytes {
    let mut event = format!("id: {id}\n");
    for line in data.split(['\n', '\r']) {
        event.push_str("data: ");
        event.push_str(line);
        event.push('\n');
    }
    event.push('\n');
    event.into()
}

#[cfg(test)]
mod tests;
