//! Who is connected, and what they hear: the chat's live side, whichever transport carries it.
//!
//! - The [`Hub`] knows the connections of this node. It listens to the bus and puts what happens into
//!   the queue of each connection that it concerns; a queue that is full ends its connection.
//! - A [`ChatSession`] is one connection's view: it turns queued signals into [`Delivery`]s, in the order
//!   of each room, and reads from the store whatever it notices to have missed. It accepts what the
//!   client asks for.
//! - A [`NotificationFeed`] is the same for the notifications of one user.
//! - A gateway (in `apps/api`) owns the socket and does nothing but encode and decode.
//!
//! A signal is a hint and may be lost; a session's cursor per room finds every gap. So nothing here has
//! to be durable, and a client may come back on any node.

mod cursor;
mod delivery;
mod hub;
mod notification_feed;
mod presence;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod told;

pub use delivery::{Delivery, RoomStatus};
pub use hub::{CloseReason, Hub, HubLimits, Queued, Registration};
pub use notification_feed::{NotificationFeed, NotificationFeeds};
pub use presence::{ConnectionKind, Entered, Presence};
pub use session::{ChatSession, Chats, History, SessionLimits};
