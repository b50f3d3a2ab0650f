//! What handlers take from a request. Callers come first among the arguments: the others wait until it
//! is known who calls.

pub mod body;
pub mod caller;
pub mod client_address;
mod gate;
mod mistake;
mod paged;
mod path_id;
pub mod query;

pub use body::{Body, BodyLimits, RawBody};
pub use caller::{Authenticate, Caller, Dreamer, Maker, MaybeCaller, bearer};
pub use client_address::{ClientAddress, TrustedProxies};
pub use gate::Gate;
pub use paged::Paged;
pub use path_id::{InPath, PathId};
pub use query::{Flag, Query};
