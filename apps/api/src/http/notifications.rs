//! Notifications: the list, and the stream of those to come.

pub mod answers;
mod event_stream;
mod list_notifications;
mod read_notification;
mod stream_notifications;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        list_notifications::list_notifications,
        read_notification::read_notification,
        stream_notifications::stream_notifications,
    ]
}
