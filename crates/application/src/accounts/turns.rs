//! Whose password is being checked.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use auth::HashingError;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;
use user::Email;

use crate::Error;

/// Has the passwords of one account checked one after the other: of many right ones at once, none is refused
/// because the others have not been found right yet.
///
/// A fixed number of lines, so now and then two accounts wait for each other.
pub struct Turns {
    lines: Vec<Mutex<()>>,
    hasher: RandomState,
}

/// Ends a turn when it's dropped.
pub(super) type Turn<'a> = MutexGuard<'a, ()>;

impl Turns {
    const LINES: u64 = 1024;
    /// As long as a password waits for its hash.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// Waits for one's turn; refuses after a while.
    pub(super) async fn of_email(&self, email: &Email) -> Result<Turn<'_>, Error> {
        let overloaded = || Error::from(HashingError::Overloaded);
        let hash = self.hasher.hash_one(email.folded());
        let line = usize::try_from(hash % Self::LINES).unwrap_or_default();
        let line = self.lines.get(line).ok_or_else(overloaded)?;
        timeout(Self::PATIENCE, line.lock()).await.map_err(|_| overloaded())
    }
}

impl Default for Turns {
    fn default() -> Self {
        let lines = (0..Self::LINES).map(|_| Mutex::default()).collect();
        Self { lines, hasher: RandomState::new() }
    }
}
