//! Listening to channels, however often the connection breaks.

use std::time::Duration;

use deadpool_redis::redis::aio::{PubSubSink, PubSubStream};
use deadpool_redis::redis::{RedisError, RedisResult};
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tokio::time::{interval, sleep, timeout};

use crate::connection::Redis;

/// What comes over the channels.
#[derive(Clone, Copy)]
pub(crate) enum Heard<'a> {
    /// From now on everything is heard.
    Connected {
        /// Whether something may have been missed before.
        after_silence: bool,
    },
    /// Something that was published.
    Message {
        /// On which channel.
        channel: &'a str,
        /// What.
        content: &'a [u8],
    },
}

/// Listens as long as it lives.
pub(crate) struct Listener(JoinHandle<()>);

impl Listener {
    /// The pause after the first failure; each further one is twice as long.
    const FIRST_PAUSE: Duration = Duration::from_millis(50);
    const LONGEST_PAUSE: Duration = Duration::from_secs(1);
    /// How often the connection is tried out. One that broke without a word is noticed that soon.
    const PING_EVERY: Duration = Duration::from_secs(2);

    /// Begins to listen; `hear` must not wait for anything. What one connection publishes on several
    /// channels is heard in its order.
    pub(crate) fn start<const CHANNELS: usize>(
        redis: Redis,
        channels: [String; CHANNELS],
        mut hear: impl FnMut(Heard<'_>) + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(async move {
            let (mut pause, mut after_silence) = (Self::FIRST_PAUSE, false);
            loop {
                match subscribe(&redis, &channels).await {
                    Ok(connection) => {
                        tracing::info!(?channels, "listening to Redis");
                        hear(Heard::Connected { after_silence });
                        pause = Self::FIRST_PAUSE;
                        listen(&redis, connection, &mut hear).await;
                        tracing::warn!(?channels, "the connection to Redis that listens has broken");
                    }
                    // Once for an outage.
                    Err(error) if pause == Self::FIRST_PAUSE => {
                        tracing::warn!(?channels, %error, "nothing is heard from Redis");
                    }
                    Err(_) => {}
                }
                after_silence = true;
                sleep(pause).await;
                pause = (pause * 2).min(Self::LONGEST_PAUSE);
            }
        }))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn subscribe(redis: &Redis, channels: &[String]) -> RedisResult<(PubSubSink, PubSubStream)> {
    let subscribed = async {
        let (mut sink, stream) = redis.client.get_async_pubsub().await?.split();
        sink.subscribe(channels).await?;
        Ok((sink, stream))
    };
    let too_slow = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    timeout(redis.timeout, subscribed).await.map_err(too_slow)?
}

/// Returns when the connection has broken.
async fn listen(
    redis: &Redis,
    (mut sink, mut stream): (PubSubSink, PubSubStream),
    hear: &mut impl FnMut(Heard<'_>),
) {
    let mut pings = interval(Listener::PING_EVERY);
    loop {
        tokio::select! {
            message = stream.next() => match message {
                Some(message) => hear(Heard::Message {
                    channel: message.get_channel_name(),
                    content: message.get_payload_bytes(),
                }),
                None => return,
            },
            _ = pings.tick() => {
                if !matches!(timeout(redis.timeout, sink.ping::<()>()).await, Ok(Ok(()))) {
                    return;
                }
            }
        }
    }
}
