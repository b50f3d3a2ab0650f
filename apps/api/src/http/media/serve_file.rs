//! `GET /media/{key}?expires&signature`: a file.

use std::io;
use std::sync::Arc;

use actix_files::NamedFile;
use actix_web::body::{BodySize, BoxBody, MessageBody, SizedStream};
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, ContentDisposition, DispositionType, HeaderMap, HeaderName, HeaderValue,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Data, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use embedded::{LinkRefused, MediaFile, MediaFiles};
use futures_util::stream;
use kernel::{Clock, Code, ErrorCode, StoreError};
use serde::Deserialize;

use crate::http::error::ApiError;
use crate::http::extract::query;
use crate::http::refusal::Refusal;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A link to a file that was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is gone")]
pub struct FileGone;

impl ErrorCode for FileGone {
    fn code(&self) -> Code {
        Code::not_found("FILE_GONE")
    }
}

#[derive(Deserialize)]
struct Signed {
    expires: i64,
    signature: String,
}

/// Serves a file, or the range of it that is asked for, to whoever has the link.
pub async fn serve_file(
    request: HttpRequest,
    key: Path<String>,
    media: Option<Data<Arc<MediaFiles>>>,
    clock: Data<Arc<dyn Clock>>,
) -> Result<HttpResponse, ApiError> {
    let media = media.ok_or(Refusal::UnknownRoute)?;
    let Signed { expires, signature } =
        query::parse(request.query_string()).map_err(|_| LinkRefused::Invalid)?;
    let file = media.open(&key, expires, &signature, clock.now())?;
    let file = open(file).await?;
    let mut response = file.into_response(&request);
    add_headers(response.headers_mut());
    Ok(if request.method() == Method::HEAD { response.map_body(|_, body| unread(&body)) } else { response })
}

async fn open(file: MediaFile) -> Result<NamedFile, ApiError> {
    let MediaFile { path, media_type } = file;
    let opened = block(move || NamedFile::open(path)).await.map_err(StoreError::unavailable)?;
    let opened = opened.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ApiError::from(application::Error::from(FileGone)),
        _ => StoreError::unavailable(error).into(),
    })?;
    let inline = ContentDisposition { disposition: DispositionType::Inline, parameters: Vec::new() };
    let content_type = media_type.content_type().parse().map_err(StoreError::unavailable)?;
    Ok(opened.set_content_type(content_type).set_content_disposition(inline))
}

/// The client's pages come from another origin and show the file in a tag; nothing may take it for
/// anything but what we say it is. A file never changes, and its link is a secret of few.
fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        (CACHE_CONTROL, "private, max-age=3600, immutable"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A body of the same size that reads nothing, since a HEAD is answered without one.
fn unread(body: &BoxBody) -> BoxBody {
    match body.size() {
        BodySize::Sized(size) => {
            BoxBody::new(SizedStream::new(size, stream::empty::<Result<Bytes, io::Error>>()))
        }
        _ => BoxBody::new(()),
    }
}
