//! Where coconuts can be.

use std::fmt;

use kernel::{QuoteId, UserId};

/// A place where coconuts are. Accounts need not be opened: one that nothing was ever posted to is empty.
///
/// The order of accounts is the order in which a store locks them, so that two transfers between the
/// same accounts wait for each other instead of dead-locking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a user can spend. Never below zero.
    User(UserId),
    /// What is held for a confirmed quote until its trip is completed. Never below zero.
    Escrow(QuoteId),
    /// Everything outside the marketplace: payments come from here, withdrawals go here. Its balance
    /// is minus the sum of all others, so it's the only one that goes below zero.
    World,
}

impl Account {
    /// Whether the store must refuse a posting that would take this account below zero.
    pub const fn is_bounded(self) -> bool {
        !matches!(self, Self::World)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "user:{user}"),
            Self::Escrow(quote) => write!(f, "escrow:{quote}"),
            Self::World => f.write_str("world"),
        }
    }
}
