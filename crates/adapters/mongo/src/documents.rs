//! What is stored. Names and forms are for ever: a field may be added, but none may change.

mod entry;
mod notification;
mod room;

use chrono::{TimeDelta, Utc};
use kernel::{StoreError, Timestamp};
use mongodb::bson;
use uuid::Uuid;

pub(crate) use entry::{DeletionDocument, EntryDocument, send_key};
pub(crate) use notification::NotificationDocument;
pub(crate) use room::{Head, MarkDocument, RoomDocument};

/// An id as it is stored: binary, of the subtype for UUIDs, which sorts as the id does.
pub(crate) fn stored(id: Uuid) -> bson::Uuid {
    bson::Uuid::from_bytes(id.into_bytes())
}

/// An id that was stored.
pub(crate) fn id<Id: From<Uuid>>(stored: bson::Uuid) -> Id {
    Uuid::from_bytes(stored.bytes()).into()
}

/// A time as it is stored: to the millisecond, as the domain keeps it.
pub(crate) fn millis(at: Timestamp) -> bson::DateTime {
    bson::DateTime::from_millis(at.timestamp_millis())
}

/// A time that was stored.
pub(crate) fn at(stored: bson::DateTime) -> Timestamp {
    let since_epoch = TimeDelta::try_milliseconds(stored.timestamp_millis()).unwrap_or(TimeDelta::MAX);
    chrono::DateTime::UNIX_EPOCH.checked_add_signed(since_epoch).unwrap_or(chrono::DateTime::<Utc>::MAX_UTC)
}

fn impossible(what: &str, id: bson::Uuid) -> StoreError {
    StoreError::corrupt(format!("{what} of {id}"))
}
