//! A notification.

use kernel::{Code, ErrorCode, NotificationId, Timestamp, UserId};

use crate::payload::{NotificationEvent, Payload};

/// What a user is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// The notification's id. A user's notifications are in the order of their ids, so it is made when
    /// the notification is.
    pub id: NotificationId,
    /// Who is told.
    pub user: UserId,
    /// What.
    pub payload: Payload,
    /// What it follows from, such as an event's id. With the user and the event it names the
    /// notification: a second one is the same one.
    pub source: String,
}

/// A notification in pieces, for stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationParts {
    /// What never changes.
    pub new: NewNotification,
    /// Whether its owner has marked it as read.
    pub is_read: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was made or marked as read.
    pub updated_at: Timestamp,
}

/// Something a user is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification(NotificationParts);

impl Notification {
    /// A new one, unread.
    pub const fn new(new: NewNotification, at: Timestamp) -> Self {
        Self(NotificationParts { new, is_read: false, created_at: at, updated_at: at })
    }

    /// One as it was stored.
    pub const fn restore(parts: NotificationParts) -> Self {
        Self(parts)
    }

    /// Everything about it, for stores.
    pub const fn parts(&self) -> &NotificationParts {
        &self.0
    }

    /// Its id.
    pub const fn id(&self) -> NotificationId {
        self.0.new.id
    }

    /// Who is told.
    pub const fn user(&self) -> UserId {
        self.0.new.user
    }

    /// What it's about.
    pub const fn event(&self) -> NotificationEvent {
        self.0.new.payload.event()
    }

    /// What it's about, with what is shown of it.
    pub const fn payload(&self) -> &Payload {
        &self.0.new.payload
    }

    /// What it follows from.
    pub fn source(&self) -> &str {
        &self.0.new.source
    }

    /// Whether its owner has marked it as read.
    pub const fn is_read(&self) -> bool {
        self.0.is_read
    }

    /// How it reads: one sentence in Korean.
    pub fn sentence(&self) -> String {
        self.payload().sentence()
    }

    /// Marks it as read. Doing so again changes nothing, not even the time.
    pub const fn mark_read(&mut self, at: Timestamp) {
        if !self.0.is_read {
            self.0.is_read = true;
            self.0.updated_at = at;
        }
    }
}

/// Why something about a notification was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotificationRefusal {
    /// There is none, or it's somebody else's.
    #[error("there is no such notification")]
    NotFound,
}

impl ErrorCode for NotificationRefusal {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::not_found("NOTIFICATION_NOT_FOUND"),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::Kind;

    use super::*;
    use crate::testing::{a_notification, ids, now};

    #[test]
    fn it_is_read_once_and_keeps_the_time_of_that() {
        let mut notification = a_notification(ids().next());
        assert!(!notification.is_read());
        let read_at = now() + TimeDelta::minutes(1);
        notification.mark_read(read_at);
        notification.mark_read(read_at + TimeDelta::minutes(1));
        assert!(notification.is_read());
        assert_eq!((notification.parts().created_at, notification.parts().updated_at), (now(), read_at));
    }

    #[test]
    fn somebody_elses_is_not_found() {
        let code = NotificationRefusal::NotFound.code();
        assert_eq!((code.kind, code.name), (Kind::NotFound, "NOTIFICATION_NOT_FOUND"));
    }
}
