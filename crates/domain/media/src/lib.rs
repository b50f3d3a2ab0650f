//! Pictures and videos that people send: which are accepted, what they are called, and the port that
//! keeps them.
//!
//! May depend on `kernel` only. Another type of file gets a variant of [`MediaType`], which the compiler
//! then asks about everywhere, and a signature in `sniff`.

mod key;
mod media_type;
mod port;
mod sniff;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod upload;

pub use key::{InvalidKey, MediaKey};
pub use media_type::{MediaKind, MediaType};
#[cfg(feature = "mock")]
pub use port::MockMediaStore;
pub use port::{MediaStore, Rendition};
pub use upload::UploadRefused;
