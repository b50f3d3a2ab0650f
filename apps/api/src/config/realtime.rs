//! How much a user may do in real time.

use std::num::{NonZeroU32, NonZeroUsize};

use super::{ConfigError, Variables};
use crate::http::socket_io::Settings;

/// How much a user may do in real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RealtimeConfig {
    /// `CHAT_MESSAGE_LIMIT`: messages that a user may send in 10 seconds.
    pub messages_in_10_s: u32,
    /// `CONNECTION_LIMIT`: connections that a user may have of each kind (sockets, streams).
    pub connections_per_user: usize,
    /// `SOCKET_IO_PING_INTERVAL`, `SOCKET_IO_PING_TIMEOUT`, `SOCKET_IO_CONNECT_TIMEOUT`,
    /// `SOCKET_IO_WAITING`: how patient `/socket.io/` is.
    pub socket_io: Settings,
}

impl RealtimeConfig {
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let messages: Option<NonZeroU32> = variables.value("CHAT_MESSAGE_LIMIT", "a number above zero")?;
        let connections: Option<NonZeroUsize> = variables.value("CONNECTION_LIMIT", "a number above zero")?;
        Ok(Self {
            messages_in_10_s: messages.map_or(20, NonZeroU32::get),
            connections_per_user: connections.map_or(10, NonZeroUsize::get),
            socket_io: socket_io(variables)?,
        })
    }
}

fn socket_io(variables: &Variables) -> Result<Settings, ConfigError> {
    let usual = Settings::default();
    let waiting: Option<NonZeroUsize> = variables.value("SOCKET_IO_WAITING", "a number above zero")?;
    Ok(Settings {
        ping_interval: variables.duration("SOCKET_IO_PING_INTERVAL")?.unwrap_or(usual.ping_interval),
        ping_timeout: variables.duration("SOCKET_IO_PING_TIMEOUT")?.unwrap_or(usual.ping_timeout),
        connect_timeout: variables.duration("SOCKET_IO_CONNECT_TIMEOUT")?.unwrap_or(usual.connect_timeout),
        waiting: waiting.map_or(usual.waiting, NonZeroUsize::get),
    })
}
