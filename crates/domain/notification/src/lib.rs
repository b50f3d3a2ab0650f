//! Notifications: what a user is told of, as data for programs and as a sentence for people.
//!
//! They live in a document store and follow from events, so adding one may be repeated: its source, user
//! and kind name it once and for all.
//!
//! Depends on the kernel only. A new kind of notification is a variant of [`NotificationEvent`] and of
//! [`Payload`], with its sentence; the stores keep payloads as JSON and need no change.

mod notification;
mod payload;
mod port;
mod sentence;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use notification::{NewNotification, Notification, NotificationParts, NotificationRefusal};
pub use payload::{NotificationEvent, Payload};
#[cfg(feature = "mock")]
pub use port::MockNotificationStore;
pub use port::{AddNotification, DEFAULT_NEWEST, NotificationStore};
