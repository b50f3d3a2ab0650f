//! Chat rooms, messages and notifications in MongoDB 5.0 or later, Amazon DocumentDB or FerretDB. The same
//! ports as the embedded store, held to the same contract tests.
//!
//! **Inserts decide, updates repeat.** What may happen once only (a number in a room, the end of a room, a
//! deletion) is one insert under a unique index, which any such server gets right; an update only writes
//! down again what an insert has decided, so one that is lost or repeated does no harm. There are no
//! transactions over several documents, no change streams, and no aggregations but counting.
//!
//! - [`Mongo`] is the connection. It makes the indexes that the stores rely on before it does anything else.
//! - `log` is a room's log, the heart of it: entry 1, 2, 3 …, each a message, the last one perhaps the
//!   room's end. `rooms` and `messages` are the ports of the chat above it.
//! - `documents` are what is stored, with the way there and back.
//!
//! May depend on the domain crates; nothing but the wiring may depend on it. To store something new: a
//! document in `documents`, a collection and its indexes in `store`, a module with the port.

mod config;
mod documents;
mod log;
mod messages;
mod notifications;
mod rooms;
mod store;

pub use config::{MongoConfig, MongoConfigError};
pub use store::Mongo;
