//! Whether the client is still there.

use std::time::Duration;

use tokio::time::Instant;

/// Pings, and waits for pongs.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    /// When something has to happen next.
    due: Instant,
    /// A ping was not answered yet.
    is_waiting: bool,
}

/// What has to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// The client has to be pinged.
    Ping,
    /// The client did not answer.
    Silence,
}

impl Heartbeat {
    /// A client that was just there.
    pub fn new(interval: Duration, timeout: Duration, now: Instant) -> Self {
        Self { interval, timeout, due: now + interval, is_waiting: false }
    }

    /// When [`Heartbeat::beat`] is to be asked.
    pub const fn due(&self) -> Instant {
        self.due
    }

    /// What has to happen at [`Heartbeat::due`].
    pub fn beat(&mut self, now: Instant) -> Beat {
        if self.is_waiting {
            return Beat::Silence;
        }
        self.is_waiting = true;
        self.due = now + self.timeout;
        Beat::Ping
    }

    /// The client is there. A pong that nothing asked for changes nothing: a client could put off the
    /// next ping with it for ever, and with the ping the look at its session.
    pub fn pong(&mut self, now: Instant) {
        if self.is_waiting {
            self.is_waiting = false;
            self.due = now + self.interval;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(25);
    const TIMEOUT: Duration = Duration::from_secs(20);

    #[test]
    fn a_client_that_answers_is_pinged_again_and_one_that_does_not_is_given_up() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(INTERVAL, TIMEOUT, start);
        assert_eq!(heartbeat.due(), start + INTERVAL);
        let pinged = heartbeat.due();
        assert_eq!(heartbeat.beat(pinged), Beat::Ping);
        assert_eq!(heartbeat.due(), pinged + TIMEOUT);
        let answered = pinged + Duration::from_secs(1);
        heartbeat.pong(answered);
        assert_eq!(heartbeat.due(), answered + INTERVAL);
        assert_eq!(heartbeat.beat(heartbeat.due()), Beat::Ping);
        assert_eq!(heartbeat.beat(heartbeat.due()), Beat::Silence);
    }

    #[test]
    fn pongs_that_nothing_asked_for_do_not_put_off_the_next_ping() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(INTERVAL, TIMEOUT, start);
        heartbeat.pong(start + Duration::from_secs(20));
        assert_eq!(heartbeat.due(), start + INTERVAL);
        assert_eq!(heartbeat.beat(heartbeat.due()), Beat::Ping);
        let answered = start + INTERVAL;
        heartbeat.pong(answered);
        heartbeat.pong(answered + Duration::from_secs(5));
        assert_eq!(heartbeat.due(), answered + INTERVAL);
    }
}
