//! One connection's view of its user's notifications.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use auth::{AccessClaims, SessionDirectory};
use kernel::NotificationId;
use notification::{Notification, NotificationStore};

use super::hub::{Hub, Queued, Registration};
use super::presence::ConnectionKind;
use crate::Error;
use crate::bus::Signal;
use crate::environment::Environment;

/// What all feeds share.
pub struct NotificationFeeds {
    pub notifications: Arc<dyn NotificationStore>,
    pub sessions: Arc<dyn SessionDirectory>,
    pub hub: Arc<Hub>,
    pub environment: Environment,
}

/// The notifications of one user as they come, each once.
pub struct NotificationFeed {
    feeds: Arc<NotificationFeeds>,
    claims: AccessClaims,
    registration: Registration,
    told: Told,
    /// After which one the store may hold some that were missed.
    behind: Option<NotificationId>,
    /// What was read or heard and has not been told.
    waiting: VecDeque<Notification>,
}

impl NotificationFeed {
    /// How many notifications are read from the store at once.
    const BATCH: i64 = 100;

    /// Registers the connection. The notifications after `last_seen` come first; without it only those
    /// that are still to be made come at all.
    pub async fn open(
        feeds: Arc<NotificationFeeds>,
        claims: AccessClaims,
        last_seen: Option<NotificationId>,
    ) -> Result<Self, Error> {
        let registration = feeds.hub.register(&claims, ConnectionKind::Stream).await;
        let begin = last_seen.unwrap_or_else(|| feeds.environment.next_id());
        let (told, waiting) = (Told::after(begin), VecDeque::new());
        Ok(Self { feeds, claims, registration, told, behind: last_seen, waiting })
    }

    /// Who is connected.
    pub fn claims(&self) -> &AccessClaims {
        &self.claims
    }

    /// The next notification; waits until there is one. `None` once the connection has to go. Safe to
    /// cancel.
    pub async fn next(&mut self) -> Result<Option<Notification>, Error> {
        loop {
            if self.registration.closed().is_some() {
                return Ok(None);
            }
            if let Some(notification) = self.waiting.pop_front() {
                if self.told.is_new(notification.id()) {
                    return Ok(Some(notification));
                }
            } else if let Some(last) = self.behind {
                self.catch_up(last).await?;
            } else {
                match self.registration.next().await {
                    Ok(Queued::Signal(signal)) => self.hear(&signal),
                    Ok(Queued::Missed) => {
                        self.behind = Some(self.told.from);
                        // The end of the session may be among what was lost.
                        if !self.may_go_on().await {
                            return Ok(None);
                        }
                    }
                    Err(_) => return Ok(None),
                }
            }
        }
    }

    /// Whether the token still holds. The end of its session is also heard of, unless that was lost on
    /// the way: ask now and then.
    pub async fn may_go_on(&self) -> bool {
        let now = self.feeds.environment.now();
        if now >= self.claims.expires_at {
            return false;
        }
        // While nobody can tell, nobody is sent away.
        self.feeds.sessions.is_live(self.claims.session, now).await.unwrap_or(true)
    }

    fn hear(&mut self, signal: &Signal) {
        if let Signal::Notified { notification } = signal
            && notification.user() == self.claims.user
        {
            self.waiting.push_back(notification.clone());
        }
    }

    async fn catch_up(&mut self, last: NotificationId) -> Result<(), Error> {
        let missed = self.feeds.notifications.after(self.claims.user, last, Self::BATCH).await?;
        let is_all = i64::try_from(missed.len()).is_ok_and(|count| count < Self::BATCH);
        self.behind = if is_all { None } else { missed.last().map(Notification::id) };
        self.waiting.extend(missed);
        Ok(())
    }
}

/// Which notifications were told. An id is made a moment before its notification is stored and heard of,
/// so they don't quite come in the order of their ids.
struct Told {
    /// Where reading the store again begins: nothing older is missed.
    from: NotificationId,
    /// The latest that were told.
    recent: BTreeSet<NotificationId>,
    /// Up to here all were told, if any has left `recent`.
    up_to: Option<NotificationId>,
}

impl Told {
    /// How many are remembered: far more than are on their way at any moment.
    const MOST: usize = 200;

    fn after(from: NotificationId) -> Self {
        Self { from, recent: BTreeSet::new(), up_to: None }
    }

    /// Whether it was not told before; remembers it.
    fn is_new(&mut self, id: NotificationId) -> bool {
        let is_new = Some(id) > self.up_to && self.recent.insert(id);
        if self.recent.len() > Self::MOST
            && let Some(oldest) = self.recent.pop_first()
        {
            self.up_to = Some(oldest);
            self.from = self.from.max(oldest);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> NotificationId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn each_is_told_once_in_whatever_order_they_come() {
        let mut told = Told::after(id(10));
        assert!([11, 13, 12, 9].into_iter().all(|number| told.is_new(id(number))));
        assert!([13, 9, 11, 12].into_iter().all(|number| !told.is_new(id(number))));
        assert_eq!(told.from, id(10));
    }

    #[test]
    fn what_is_long_gone_counts_as_told() {
        let mut told = Told::after(id(1));
        assert!((2..502).all(|number| told.is_new(id(number))));
        assert_eq!((told.recent.len(), told.from), (Told::MOST, id(301)));
        assert!(!told.is_new(id(300)) && !told.is_new(id(400)));
        assert!(told.is_new(id(502)));
    }
}
