//! Why a connection ends.

/// Why a connection ends. The client reconnects by itself after each of these, but not after a
/// `CONNECT_ERROR` or a `DISCONNECT` that went before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client closed it, or its transport is gone.
    Gone,
    /// The client sent what this protocol doesn't have.
    Malformed,
    /// The client joined no namespace in time.
    NotConnected,
    /// A ping was not answered.
    Silent,
    /// The token was missing or bad, or it, or its session, has ended.
    Unauthenticated,
    /// The user has opened too many others.
    TooMany,
    /// The client does not read what it's told.
    TooSlow,
    /// Something that is needed is down.
    Unavailable,
    /// This node is going down.
    GoingDown,
}

impl End {
    /// The closing code of a WebSocket with what it means, as on `/ws`; `None` if nobody would read it.
    pub const fn close_code(self) -> Option<(u16, &'static str)> {
        Some(match self {
            Self::Gone => return None,
            Self::Malformed => (4400, "not a packet of this protocol"),
            Self::Unauthenticated => (4401, "not, or no longer, authenticated"),
            Self::NotConnected => (4408, "no namespace was joined in time"),
            Self::Silent => (4408, "a ping was not answered in time"),
            Self::TooMany => (4429, "too many connections"),
            Self::GoingDown => (1012, "the server is going down"),
            Self::TooSlow => (1013, "too slow"),
            Self::Unavailable => (1013, "not available right now"),
        })
    }
}
