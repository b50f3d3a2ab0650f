//! What happens to every request before and after its handler. From the outside in: [`observe`],
//! [`shape_errors`], [`cors`], [`canonical_path`], the router, [`catch_panics`].

mod canonical_path;
pub mod context;
mod cors;
mod errors;
mod observe;
mod panics;

pub use canonical_path::canonical_path;
pub use context::RequestContext;
pub use cors::cors;
pub use errors::shape_errors;
pub use observe::{HTTP_REQUESTS_SECONDS, observe};
pub use panics::catch_panics;
