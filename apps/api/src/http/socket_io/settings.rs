//! How patient the server is.

use std::time::Duration;

/// How patient the server is, and with how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Between an answered ping and the next one.
    pub ping_interval: Duration,
    /// How long a ping may stay unanswered.
    pub ping_timeout: Duration,
    /// How long a client may take to join the main namespace.
    pub connect_timeout: Duration,
    /// Connections that have not joined it yet.
    pub waiting: usize,
}

impl Default for Settings {
    /// The contract's 25 s and 20 s. To join takes a round trip; the official server would wait for 45 s,
    /// which is a gift to whoever opens connections for the sake of it.
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            waiting: 2000,
        }
    }
}
