//! What the domain needs from a store of files.

use std::path::Path;

use async_trait::async_trait;
use kernel::{StoreError, Timestamp};

use crate::key::MediaKey;
use crate::media_type::MediaType;

/// Which form of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rendition {
    /// As it was sent.
    Original,
    /// The smaller copy that is made of images after a while; the original until there is one, and for
    /// what never gets one.
    Optimised,
}

/// Keeps files, and has them served.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// Stores the finished temporary file under `key`, in place of what was there. It may be moved: if
    /// it's still there afterwards, removing it is the caller's task.
    ///
    /// When this answers, the file MUST survive the death of the process; before, nobody may be served
    /// a part of it.
    async fn put(&self, key: &MediaKey, media_type: MediaType, file: &Path) -> Result<(), StoreError>;

    /// Where the file is served from: an absolute `http…` URL that MUST work for an hour or longer after
    /// `now` without any header, `Range` requests included, under the media type it was stored with.
    /// Nobody MUST be able to make another file's URL from it.
    ///
    /// Whether there is such a file isn't checked.
    async fn url(&self, key: &MediaKey, rendition: Rendition, now: Timestamp) -> Result<String, StoreError>;

    /// Removes the file in all its renditions; nothing happens if there is none.
    async fn delete(&self, key: &MediaKey) -> Result<(), StoreError>;
}
