//! One connection's view of its user's notifications.

use std::collections::VecDeque;
use std::sync::Arc;

use auth::{AccessClaims, SessionDirectory};
use kernel::NotificationId;
use notification::{Notification, NotificationStore};

use super::hub::{Hub, Queued, Registration};
use super::presence::ConnectionKind;
use super::told::Told;
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
                        self.behind = Some(self.told.from());
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
