//! How much a user may do in real time.

use std::num::{NonZeroU32, NonZeroUsize};

use super::{ConfigError, Variables};

/// How much a user may do in real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RealtimeConfig {
    /// `CHAT_MESSAGE_LIMIT`: messages that a user may send in 10 seconds.
    pub messages_in_10_s: u32,
    /// `CONNECTION_LIMIT`: connections that a user may have of each kind (sockets, streams).
    pub connections_per_user: usize,
}

impl RealtimeConfig {
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let messages: Option<NonZeroU32> = variables.value("CHAT_MESSAGE_LIMIT", "a number above zero")?;
        let connections: Option<NonZeroUsize> = variables.value("CONNECTION_LIMIT", "a number above zero")?;
        Ok(Self {
            messages_in_10_s: messages.map_or(20, NonZeroU32::get),
            connections_per_user: connections.map_or(10, NonZeroUsize::get),
        })
    }
}
