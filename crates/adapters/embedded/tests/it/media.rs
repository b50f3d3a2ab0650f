//! The media folder: the contract of its port, and what only it promises.

use std::fs;
use std::future::{Ready, ready};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use goforme_embedded::{LinkRefused, MediaFile, MediaFiles};
use kernel::Timestamp;
use media::testing::{Client, MediaHarness, Served, a_jpeg, a_key, a_png};
use media::{MediaKey, MediaStore, MediaType, Rendition};
use secrecy::SecretString;

media::media_contract!(harness(tempfile::tempdir().unwrap().path()));

const PUBLIC_URL: &str = "https://api.example.com";

fn files(folder: &Path) -> MediaFiles {
    let secret = SecretString::from("a secret of some length for tests");
    MediaFiles::open_folder(&folder.join("media"), PUBLIC_URL, &secret).unwrap()
}

fn harness(folder: &Path) -> Ready<MediaHarness> {
    let files = files(folder);
    let (store, client) = (Arc::new(files.clone()), Arc::new(Handler(files.clone())));
    ready(MediaHarness { store, client, now: now(), folder: files.incoming() })
}

fn now() -> Timestamp {
    DateTime::from_timestamp(1_926_212_345, 0).unwrap()
}

/// What the HTTP handler does, without HTTP.
struct Handler(MediaFiles);

#[async_trait]
impl Client for Handler {
    async fn get(&self, url: &str, range: Option<(usize, usize)>, at: Timestamp) -> Option<Served> {
        let link = Link::parse(url)?;
        let file = link.follow(&self.0, at).ok()?;
        let bytes = fs::read(file.path).ok()?;
        let bytes = match range {
            Some((first, last)) => bytes.get(first..=last)?.to_vec(),
            None => bytes,
        };
        Some(Served { content_type: file.media_type.content_type().to_owned(), bytes })
    }
}

/// A link in its parts.
#[derive(Clone)]
struct Link {
    key: String,
    expires: i64,
    signature: String,
}

impl Link {
    fn parse(url: &str) -> Option<Self> {
        let (key, query) = url.strip_prefix(PUBLIC_URL)?.strip_prefix("/media/")?.split_once('?')?;
        let (expires, signature) = query.strip_prefix("expires=")?.split_once("&signature=")?;
        Some(Self { key: key.to_owned(), expires: expires.parse().ok()?, signature: signature.to_owned() })
    }

    fn follow(&self, files: &MediaFiles, at: Timestamp) -> Result<MediaFile, LinkRefused> {
        files.open(&self.key, self.expires, &self.signature, at)
    }
}

async fn link_to(files: &MediaFiles, key: &MediaKey, at: Timestamp) -> Link {
    Link::parse(&files.url(key, Rendition::Original, at).await.unwrap()).unwrap()
}

async fn put(files: &MediaFiles, key: &MediaKey, bytes: &[u8]) {
    let upload = files.incoming().join("upload");
    fs::write(&upload, bytes).unwrap();
    files.put(key, key.media_type().unwrap(), &upload).await.unwrap();
}

#[tokio::test]
async fn a_url_stays_the_same_for_a_while_so_that_it_can_be_cached() {
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Jpeg));
    let url = async |minutes| {
        let at = DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        files.url(&key, Rendition::Optimised, at).await.unwrap()
    };
    assert_eq!(url(0).await, url(59).await);
    assert_ne!(url(59).await, url(60).await);
}

#[tokio::test]
async fn a_link_expires_within_two_hours() {
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Jpeg));
    let link = link_to(&files, &key, now()).await;
    assert!(link.follow(&files, now() + TimeDelta::hours(1)).is_ok());
    let late = now() + TimeDelta::hours(2) + TimeDelta::seconds(1);
    assert_eq!(link.follow(&files, late), Err(LinkRefused::Expired));
}

#[tokio::test]
async fn a_link_works_only_as_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Jpeg));
    put(&files, &key, &a_jpeg()).await;
    let good = link_to(&files, &key, now()).await;
    assert!(good.follow(&files, now()).is_ok());
    for bad in [
        Link { expires: good.expires + 3600, ..good.clone() },
        Link { signature: String::new(), ..good.clone() },
        Link { signature: good.signature[1..].to_owned(), ..good.clone() },
        Link { signature: format!("{}=", good.signature), ..good.clone() },
        Link { signature: "코코넛".to_owned(), ..good.clone() },
        Link { key: "../goforme.db".to_owned(), ..good.clone() },
        Link { key: format!("./{}", good.key), ..good.clone() },
        Link { key: good.key.to_uppercase(), ..good.clone() },
        // The signature is about the key and the time together, not about their letters in a row.
        Link { key: format!("{}\n{}", good.expires, good.key), ..good.clone() },
    ] {
        assert_eq!(bad.follow(&files, now()), Err(LinkRefused::Invalid), "{} {}", bad.key, bad.signature);
    }
}

#[tokio::test]
async fn another_secret_makes_other_links() {
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Jpeg));
    let secret = SecretString::from("another secret of some length");
    let others = MediaFiles::open_folder(&folder.path().join("media"), PUBLIC_URL, &secret).unwrap();
    assert_eq!(link_to(&others, &key, now()).await.follow(&files, now()), Err(LinkRefused::Invalid));
}

#[tokio::test]
async fn files_are_there_after_a_restart_and_unfinished_uploads_can_be_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let key = a_key(MediaType::Png);
    let before = files(folder.path());
    put(&before, &key, &a_png()).await;
    fs::write(before.incoming().join("half"), a_png()).unwrap();
    let link = link_to(&before, &key, now()).await;

    let after = files(folder.path());
    assert_eq!(fs::read_dir(after.incoming()).unwrap().count(), 1, "somebody may still be at it");
    after.discard_unfinished_uploads(Duration::from_mins(1)).unwrap();
    assert_eq!(fs::read_dir(after.incoming()).unwrap().count(), 1, "another node may be at it");
    after.discard_unfinished_uploads(Duration::ZERO).unwrap();
    assert_eq!(fs::read_dir(after.incoming()).unwrap().count(), 0);
    assert_eq!(fs::read(link.follow(&after, now()).unwrap().path).unwrap(), a_png());
}

#[tokio::test]
async fn an_upload_is_moved_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Png));
    put(&files, &key, &a_png()).await;
    assert_eq!(fs::read_dir(files.incoming()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_upload_on_another_disk_is_copied() {
    // Where there is no other file system to write to, there is nothing to test.
    let Ok(upload) = tempfile::NamedTempFile::new_in("/dev/shm") else { return };
    fs::write(upload.path(), a_png()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Png));
    files.put(&key, MediaType::Png, upload.path()).await.unwrap();
    let file = link_to(&files, &key, now()).await.follow(&files, now()).unwrap();
    assert_eq!(fs::read(file.path).unwrap(), a_png());
    assert_eq!(fs::read_dir(files.incoming()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_is_not_stored_under_a_key_of_another_type() {
    let folder = tempfile::tempdir().unwrap();
    let (files, key) = (files(folder.path()), a_key(MediaType::Png));
    let upload = files.incoming().join("upload");
    fs::write(&upload, a_jpeg()).unwrap();
    assert!(files.put(&key, MediaType::Jpeg, &upload).await.is_err());
}
