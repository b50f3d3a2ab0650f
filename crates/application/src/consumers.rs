//! What follows from events, one consumer for each kind of job. All are idempotent.

mod count_stats;
mod notify;
mod rooms;

pub use count_stats::{CountStats, CountStatsTx};
pub use notify::Notify;
pub use rooms::{DeactivateRoom, OpenRoom, RoomFactsTx};
