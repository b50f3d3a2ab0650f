//! The only place that knows every adapter: from the configuration to the ports, and from the ports to
//! the use cases.

mod documents;
mod health;
mod nodes;
mod open;
mod ports;
mod relational;
mod session_cache;
mod stores;
mod use_cases;

pub use open::{Opened, TestClock, open};
pub use ports::Ports;
pub use session_cache::CachedSessions;
pub use stores::{Documents, Relational, Stores};
