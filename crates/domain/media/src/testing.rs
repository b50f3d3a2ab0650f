//! Files for tests, and the contract of the port as a suite that runs on every adapter.
//!
//! In an adapter's tests: `media::media_contract!(async { MediaHarness { … } });`

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::testing::CountingIds;
use kernel::{IdGenerator, Timestamp};

use crate::{MediaKey, MediaStore, MediaType, Rendition};

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The key of a message's file that no other fixture has.
pub fn a_key(media_type: MediaType) -> MediaKey {
    MediaKey::of_message(ids().next(), ids().next(), media_type)
}

/// What looks like a JPEG from its beginning; the rest is filling.
pub fn a_jpeg() -> Vec<u8> {
    filled(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
}

/// What looks like a PNG from its beginning.
pub fn a_png() -> Vec<u8> {
    filled(b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0")
}

/// What looks like an MPEG-4 video from its beginning.
pub fn an_mp4() -> Vec<u8> {
    filled(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free")
}

/// What looks like a `QuickTime` video from its beginning.
pub fn a_mov() -> Vec<u8> {
    filled(b"\0\0\0\x14ftypqt  \0\0\x02\0qt  \0\0\0\x08wide")
}

fn filled(beginning: &[u8]) -> Vec<u8> {
    let filling = (0_u8..=255).cycle().take(5000);
    beginning.iter().copied().chain(filling).collect()
}

/// What a URL answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The `Content-Type`.
    pub content_type: String,
    /// The bytes, of the wanted range only.
    pub bytes: Vec<u8>,
}

/// A stranger's HTTP client, which sends no header but `Range`. Adapters bring their own, over a real
/// connection or right into what serves their files.
#[async_trait]
pub trait Client: Send + Sync {
    /// What the URL answers at `at` for all of the file, or for the bytes from the first to the last
    /// (inclusive) of `range`; `None` for any status but 200 and 206.
    async fn get(&self, url: &str, range: Option<(usize, usize)>, at: Timestamp) -> Option<Served>;
}

/// What the contract runs on.
#[derive(Clone)]
pub struct MediaHarness {
    /// An empty store.
    pub store: Arc<dyn MediaStore>,
    /// Fetches what the store's URLs lead to.
    pub client: Arc<dyn Client>,
    /// The time: any, or the real one if what serves the files goes by a clock of its own.
    pub now: Timestamp,
    /// A folder for temporary files, on the file system that the store expects them on.
    pub folder: PathBuf,
}

impl MediaHarness {
    async fn put(&self, key: &MediaKey, media_type: MediaType, bytes: &[u8]) {
        let file = self.folder.join(ids().next_uuid().to_string());
        std::fs::write(&file, bytes).unwrap();
        self.store.put(key, media_type, &file).await.unwrap();
    }

    async fn url(&self, key: &MediaKey, rendition: Rendition) -> String {
        self.store.url(key, rendition, self.now).await.unwrap()
    }

    async fn get(&self, key: &MediaKey, rendition: Rendition) -> Option<Served> {
        self.client.get(&self.url(key, rendition).await, None, self.now).await
    }
}

fn served(media_type: MediaType, bytes: &[u8]) -> Served {
    Served { content_type: media_type.content_type().to_owned(), bytes: bytes.to_vec() }
}

pub async fn a_stored_file_is_served_as_it_was_sent_under_its_type(harness: MediaHarness) {
    for (media_type, bytes) in [
        (MediaType::Jpeg, a_jpeg()),
        (MediaType::Png, a_png()),
        (MediaType::Mp4, an_mp4()),
        (MediaType::Mov, a_mov()),
    ] {
        let key = a_key(media_type);
        harness.put(&key, media_type, &bytes).await;
        assert_eq!(harness.get(&key, Rendition::Original).await, Some(served(media_type, &bytes)));
    }
}

pub async fn until_there_is_an_optimised_copy_the_original_is_served(harness: MediaHarness) {
    for (media_type, bytes) in [(MediaType::Jpeg, a_jpeg()), (MediaType::Mp4, an_mp4())] {
        let key = a_key(media_type);
        harness.put(&key, media_type, &bytes).await;
        assert_eq!(harness.get(&key, Rendition::Optimised).await, Some(served(media_type, &bytes)));
    }
}

pub async fn a_part_of_a_file_is_served(harness: MediaHarness) {
    let (key, bytes) = (a_key(MediaType::Mp4), an_mp4());
    harness.put(&key, MediaType::Mp4, &bytes).await;
    let url = harness.url(&key, Rendition::Original).await;
    let part = harness.client.get(&url, Some((1000, 1999)), harness.now).await;
    assert_eq!(part, Some(served(MediaType::Mp4, bytes.get(1000..2000).unwrap())));
}

pub async fn a_url_is_absolute_and_works_for_an_hour(harness: MediaHarness) {
    let (key, bytes) = (a_key(MediaType::Png), a_png());
    harness.put(&key, MediaType::Png, &bytes).await;
    for rendition in [Rendition::Original, Rendition::Optimised] {
        let url = harness.url(&key, rendition).await;
        assert!(url.starts_with("http://") || url.starts_with("https://"), "{url}");
        let an_hour_later = harness.now + TimeDelta::hours(1) - TimeDelta::seconds(1);
        assert_eq!(harness.client.get(&url, None, an_hour_later).await, Some(served(MediaType::Png, &bytes)));
    }
}

pub async fn nobody_makes_the_url_of_another_file_from_one_they_have(harness: MediaHarness) {
    let (mine, anothers) = (a_key(MediaType::Jpeg), a_key(MediaType::Jpeg));
    harness.put(&mine, MediaType::Jpeg, &a_jpeg()).await;
    harness.put(&anothers, MediaType::Jpeg, &a_jpeg()).await;
    let url = harness.url(&mine, Rendition::Original).await;
    let guessed = url.replace(mine.as_str(), anothers.as_str());
    if guessed != url {
        assert_eq!(harness.client.get(&guessed, None, harness.now).await, None);
    }
    let bare = url.split('?').next().unwrap();
    assert_eq!(harness.client.get(bare, None, harness.now).await, None);
}

pub async fn a_file_that_is_stored_again_replaces_the_first(harness: MediaHarness) {
    let (key, newer) = (a_key(MediaType::Jpeg), [a_jpeg(), b"newer".to_vec()].concat());
    harness.put(&key, MediaType::Jpeg, &a_jpeg()).await;
    harness.put(&key, MediaType::Jpeg, &newer).await;
    assert_eq!(harness.get(&key, Rendition::Original).await, Some(served(MediaType::Jpeg, &newer)));
}

pub async fn a_deleted_file_is_served_no_longer_and_the_others_are(harness: MediaHarness) {
    let (gone, kept) = (a_key(MediaType::Png), a_key(MediaType::Png));
    harness.put(&gone, MediaType::Png, &a_png()).await;
    harness.put(&kept, MediaType::Png, &a_png()).await;
    for _ in 0..2 {
        harness.store.delete(&gone).await.unwrap();
        for rendition in [Rendition::Original, Rendition::Optimised] {
            assert_eq!(harness.get(&gone, rendition).await, None);
        }
    }
    assert_eq!(harness.get(&kept, Rendition::Original).await, Some(served(MediaType::Png, &a_png())));
}

pub async fn a_temporary_file_that_is_missing_is_a_failure(harness: MediaHarness) {
    let (key, nowhere) = (a_key(MediaType::Jpeg), harness.folder.join("nowhere"));
    assert!(harness.store.put(&key, MediaType::Jpeg, &nowhere).await.is_err());
    assert_eq!(harness.get(&key, Rendition::Original).await, None);
}

/// Turns each case of the contract into a test of its own, against a future of [`MediaHarness`].
#[macro_export]
macro_rules! media_contract {
    ($fresh:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh.await).await; })*
    };
    ($fresh:expr) => {
        $crate::media_contract!($fresh;
            a_stored_file_is_served_as_it_was_sent_under_its_type,
            until_there_is_an_optimised_copy_the_original_is_served,
            a_part_of_a_file_is_served,
            a_url_is_absolute_and_works_for_an_hour,
            nobody_makes_the_url_of_another_file_from_one_they_have,
            a_file_that_is_stored_again_replaces_the_first,
            a_deleted_file_is_served_no_longer_and_the_others_are,
            a_temporary_file_that_is_missing_is_a_failure,
        );
    };
}
