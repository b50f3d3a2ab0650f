//! Files in a folder, served by our own HTTP server under signed links.
//!
//! A file gets its name when it is whole and on the disk, so that nobody is ever served half of one. A
//! link is signed over the key and the time until which it works: it can be shown in an `<img>` tag
//! without a header, and can't be turned into a link to another file.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use kernel::{Code, ErrorCode, StoreError, Timestamp};
use media::{MediaKey, MediaStore, MediaType, Rendition};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tempfile::NamedTempFile;

/// The media folder and the key of its links. Clone it freely.
#[derive(Clone)]
pub struct MediaFiles {
    folder: Arc<Path>,
    /// `{PUBLIC_URL}/media`.
    base_url: Arc<str>,
    /// Keyed, and cloned for each signature.
    mac: Hmac<Sha256>,
}

/// A file that a valid link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Where it is, unless it was deleted.
    pub path: PathBuf,
    /// What to serve it as.
    pub media_type: MediaType,
}

/// Why a link leads to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// It isn't one that we made.
    #[error("the link is not valid")]
    Invalid,
    /// It worked once.
    #[error("the link has expired")]
    Expired,
}

impl ErrorCode for LinkRefused {
    fn code(&self) -> Code {
        match self {
            Self::Invalid => Code::forbidden("MEDIA_LINK_INVALID"),
            Self::Expired => Code::forbidden("MEDIA_LINK_EXPIRED"),
        }
    }
}

impl MediaFiles {
    /// How long a link works at least, in seconds, and for how long the same one is given out, so that
    /// browsers find in their caches what they have seen before.
    const SHORTEST_LIFE: i64 = 3600;
    /// Where uploads wait until they're whole. No part of a key begins with a dot.
    const INCOMING: &str = ".incoming";

    /// Files in `folder`, which is made if need be. `public_url` is what clients reach this server by,
    /// without `/media`; `secret` is what links are signed with.
    pub fn open_folder(folder: &Path, public_url: &str, secret: &SecretString) -> io::Result<Self> {
        fs::create_dir_all(folder.join(Self::INCOMING))?;
        let mac = Hmac::new_from_slice(secret.expose_secret().as_bytes()).map_err(io::Error::other)?;
        let base_url = format!("{}/media", public_url.trim_end_matches('/'));
        Ok(Self { folder: folder.into(), base_url: base_url.into(), mac })
    }

    /// Where to collect uploads: what lies there is stored without being copied.
    pub fn incoming(&self) -> PathBuf {
        self.folder.join(Self::INCOMING)
    }

    /// Throws away the uploads that a process left unfinished when it died, which are those that nothing
    /// was added to for `idle`. Whoever has the lock on the data folder, and takes in no uploads yet, knows
    /// that nobody is at any of them.
    pub fn discard_unfinished_uploads(&self, idle: Duration) -> io::Result<()> {
        for upload in fs::read_dir(self.incoming())? {
            let upload = upload?;
            // One from the future is new.
            if upload.metadata()?.modified()?.elapsed().is_ok_and(|passed| passed >= idle) {
                fs::remove_file(upload.path())?;
            }
        }
        Ok(())
    }

    /// The file that a link leads to, by the parts of the link as they came: the path after `/media/`,
    /// and the queries `expires` and `signature`. Whether the file is there is not looked up.
    pub fn open(
        &self,
        key: &str,
        expires: i64,
        signature: &str,
        now: Timestamp,
    ) -> Result<MediaFile, LinkRefused> {
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| LinkRefused::Invalid)?;
        // In constant time, so that nobody can feel their way to a signature.
        self.mac_of(key, expires).verify_slice(&signature).map_err(|_| LinkRefused::Invalid)?;
        let key = MediaKey::try_from(key).map_err(|_| LinkRefused::Invalid)?;
        let media_type = key.media_type().ok_or(LinkRefused::Invalid)?;
        if expires < now.timestamp() {
            return Err(LinkRefused::Expired);
        }
        Ok(MediaFile { path: self.path_of(&key), media_type })
    }

    fn link(&self, key: &MediaKey, now: Timestamp) -> String {
        let expires = (now.timestamp() / Self::SHORTEST_LIFE + 2) * Self::SHORTEST_LIFE;
        let signature = self.mac_of(key.as_str(), expires).finalize().into_bytes();
        let signature = URL_SAFE_NO_PAD.encode(signature);
        format!("{}/{key}?expires={expires}&signature={signature}", self.base_url)
    }

    /// The purpose is signed along: the secret may have others.
    fn mac_of(&self, key: &str, expires: i64) -> Hmac<Sha256> {
        self.mac.clone().chain_update(format!("media\n{expires}\n{key}"))
    }

    /// A key can't lead out of the folder, by its rules.
    fn path_of(&self, key: &MediaKey) -> PathBuf {
        self.folder.join(key.as_str())
    }

    /// Runs what waits for the disk on a thread that may.
    async fn on_disk(
        &self,
        work: impl FnOnce(Self) -> io::Result<()> + Send + 'static,
    ) -> Result<(), StoreError> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || work(this))
            .await
            .map_err(StoreError::unavailable)?
            .map_err(StoreError::unavailable)
    }

    fn store(&self, key: &MediaKey, file: &Path) -> io::Result<()> {
        File::open(file)?.sync_all()?;
        let target = self.path_of(key);
        let parent = target.parent().unwrap_or(&self.folder);
        make_folders(&self.folder, parent)?;
        match fs::rename(file, &target) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => self.copy(file, &target)?,
            renamed => renamed?,
        }
        sync_folder(parent)
    }

    /// For uploads that were collected on another disk.
    fn copy(&self, file: &Path, target: &Path) -> io::Result<()> {
        let mut copy = NamedTempFile::new_in(self.incoming())?;
        io::copy(&mut File::open(file)?, &mut copy)?;
        copy.as_file().sync_all()?;
        copy.persist(target)?;
        Ok(())
    }

    fn remove(&self, key: &MediaKey) -> io::Result<()> {
        let path = self.path_of(key);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => sync_folder(path.parent().unwrap_or(&self.folder)),
        }
    }
}

#[async_trait]
impl MediaStore for MediaFiles {
    /// The type is told by the key, as `MediaKey::of_message` makes it.
    async fn put(&self, key: &MediaKey, media_type: MediaType, file: &Path) -> Result<(), StoreError> {
        if key.media_type() != Some(media_type) {
            let message = format!("the key {key} is not one of a {} file", media_type.content_type());
            return Err(StoreError::unavailable(message));
        }
        let (key, file) = (key.clone(), file.to_owned());
        self.on_disk(move |this| this.store(&key, &file)).await
    }

    /// Nothing makes optimised copies here, so both renditions are the original.
    async fn url(&self, key: &MediaKey, _: Rendition, now: Timestamp) -> Result<String, StoreError> {
        Ok(self.link(key, now))
    }

    async fn delete(&self, key: &MediaKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.on_disk(move |this| this.remove(&key)).await
    }
}

/// Makes `folder`, which is in or below `root`, so that it survives a power cut: each new folder is
/// noted in the one above it.
fn make_folders(root: &Path, folder: &Path) -> io::Result<()> {
    if folder == root || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(root);
    make_folders(root, above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(above),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
