//! Chat: each confirmed plan has one room, in which its dreamer and its maker talk until the trip is
//! over.
//!
//! Rooms and messages live in a document store, outside of relational transactions: a room follows from
//! an event, so opening and closing it may be repeated, and a message is one atomic write. Whatever
//! brings a message (HTTP, a socket) checks [`Room::check_writable`] and appends it to [`MessageStore`],
//! which numbers it.
//!
//! Depends on the kernel, and on media for the names of files. A new kind of message is a variant of [`MessageContent`] and of
//! [`ChatType`].

mod message;
mod port;
mod room;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use message::{ChatType, Message, MessageContent, MessageParts, MessageRefusal, MessageText};
pub use port::{
    Append, DeleteMessage, MarkRead, MessageStore, NewMessage, OpenRoom, RoomPosition, RoomStore, RoomSummary,
};
#[cfg(feature = "mock")]
pub use port::{MockMessageStore, MockRoomStore};
pub use room::{Room, RoomFacts, RoomProgress, RoomRefusal};
