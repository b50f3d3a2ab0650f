//! Receives a file: as a stream into a temporary file, and never more of it than its kind may have.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use application::chat::FileUpload;
use bytes::BytesMut;
use futures_util::{Stream, StreamExt};
use kernel::{Invalid, StoreError};
use media::{MediaKind, MediaType, UploadRefused};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::http::error::ApiError;
use crate::http::refusal::Refusal;

/// Where uploads wait until they are whole; on the disk on which files are kept, so that they can be
/// moved there.
#[derive(Debug, Clone)]
pub struct UploadFolder(pub PathBuf);

/// How long a client may take for the next bytes.
const IDLE: Duration = Duration::from_secs(30);
/// How long all of them may take: 100 MiB at a megabit per second.
const TOTAL: Duration = Duration::from_mins(15);
/// More than any name of a kind has.
const KIND_BYTES: usize = 16;

/// A file that has arrived. Dropping it removes it, unless it was moved away.
#[derive(Debug)]
pub struct ReceivedFile {
    kind: MediaKind,
    media_type: MediaType,
    path: TempPath,
}

impl ReceivedFile {
    /// What the use case asks for.
    pub fn upload(&self) -> FileUpload<'_> {
        FileUpload { kind: self.kind, media_type: self.media_type, path: &self.path }
    }
}

/// Reads a form with `type` (IMAGE or VIDEO) and `file`, in either order; other parts are passed over.
/// Nothing is left in the folder if it's refused.
pub async fn receive(
    headers: &HeaderMap,
    body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    folder: &Path,
) -> Result<ReceivedFile, ApiError> {
    let form = Multipart::new(headers, body);
    timeout(TOTAL, read_form(form, folder)).await.map_err(|_| Refusal::BodyTooSlow)?
}

async fn read_form(mut form: Multipart, folder: &Path) -> Result<ReceivedFile, ApiError> {
    let (mut kind, mut file) = (None, None);
    while let Some(mut part) = next(&mut form).await? {
        match part.name().unwrap_or_default().to_owned().as_str() {
            name @ "type" if kind.is_some() => return Err(given_twice(name)),
            name @ "file" if file.is_some() => return Err(given_twice(name)),
            "type" => kind = Some(read_kind(&mut part).await?),
            "file" => file = Some(store(&mut part, kind, folder).await?),
            _ => {}
        }
    }
    let kind = kind.ok_or_else(|| Invalid::field("type", "is required"))?;
    let (media_type, path) = file.ok_or(UploadRefused::Missing)?;
    if media_type.kind() != kind {
        return Err(UploadRefused::TypeNotAllowed.into());
    }
    Ok(ReceivedFile { kind, media_type, path })
}

fn given_twice(field: &str) -> ApiError {
    Invalid::field(field, "must be given once").into()
}

/// The next item of the form or of one of its parts.
async fn next<T>(
    stream: &mut (impl Stream<Item = Result<T, actix_multipart::MultipartError>> + Unpin),
) -> Result<Option<T>, ApiError> {
    let item = timeout(IDLE, stream.next()).await.map_err(|_| Refusal::BodyTooSlow)?;
    Ok(item.transpose().map_err(|_| Invalid::field("body", "must be multipart/form-data"))?)
}

async fn read_kind(part: &mut Field) -> Result<MediaKind, ApiError> {
    let mut name = BytesMut::new();
    while let Some(bytes) = next(part).await? {
        if name.len() + bytes.len() > KIND_BYTES {
            break;
        }
        name.extend_from_slice(&bytes);
    }
    match &*name {
        b"IMAGE" => Ok(MediaKind::Image),
        b"VIDEO" => Ok(MediaKind::Video),
        _ => Err(Invalid::field("type", "must be IMAGE or VIDEO").into()),
    }
}

/// Writes a part to a new file, as long as it is what may be sent. The first bytes tell what that is; if
/// the form has said it already, they have to agree.
async fn store(
    part: &mut Field,
    kind: Option<MediaKind>,
    folder: &Path,
) -> Result<(MediaType, TempPath), ApiError> {
    // A part must not be asked again after its end, which may be among the first bytes.
    let mut part = part.fuse();
    let mut head = BytesMut::new();
    while head.len() < MediaType::SNIFF_BYTES
        && let Some(bytes) = next(&mut part).await?
    {
        head.extend_from_slice(&bytes);
    }
    if head.is_empty() {
        return Err(UploadRefused::Missing.into());
    }
    let media_type = match kind {
        Some(kind) => kind.admit_type(&head)?,
        None => MediaType::sniff(&head).ok_or(UploadRefused::TypeNotAllowed)?,
    };
    let (file, path) = temporary(folder).await.map_err(StoreError::unavailable)?;
    let mut file = tokio::fs::File::from_std(file);
    let (mut size, mut bytes) = (0, Some(head.freeze()));
    while let Some(chunk) = bytes {
        size += chunk.len() as u64;
        media_type.kind().admit_size(size)?;
        file.write_all(&chunk).await.map_err(StoreError::unavailable)?;
        bytes = next(&mut part).await?;
    }
    file.flush().await.map_err(StoreError::unavailable)?;
    Ok((media_type, path))
}

async fn temporary(folder: &Path) -> io::Result<(File, TempPath)> {
    let folder = folder.to_owned();
    let made = tokio::task::spawn_blocking(move || NamedTempFile::new_in(folder)).await?;
    Ok(made?.into_parts())
}
