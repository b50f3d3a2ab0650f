//! What is known about a request from its head alone.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use kernel::IdGenerator;

use crate::http::error::{ApiError, Refused};
use crate::http::language::Language;
use crate::http::refusal::Refusal;

/// The header that names a request, in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that a caller may choose.
const MAX_ID: usize = 128;

/// A request as its answer and its log lines name it.
#[derive(Debug, Clone)]
pub struct RequestContext(Rc<Parts>);

#[derive(Debug)]
struct Parts {
    id: String,
    path: String,
    language: Language,
}

impl RequestContext {
    /// Reads the head of a request; an id that the caller did not choose, or chose badly, is made here.
    pub fn of(request: &ServiceRequest, ids: &dyn IdGenerator) -> Self {
        let chosen = request.headers().get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
        Self(Rc::new(Parts {
            id: chosen.filter(|id| is_sane(id)).map_or_else(|| ids.next_uuid().to_string(), str::to_owned),
            path: request.path().to_owned(),
            language: Language::preferred(request.headers()),
        }))
    }

    /// The id of the request.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The path as it was sent.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The language that the caller reads.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// What the body of an error says about this request.
    pub fn refused(&self) -> Refused<'_> {
        Refused { id: self.id(), path: self.path(), language: self.language() }
    }
}

impl FromRequest for RequestContext {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let context = request.extensions().get::<Self>().cloned();
        ready(context.ok_or_else(|| Refusal::Panicked("the request has no context".to_owned()).into()))
    }
}

/// Whether an id can stand in logs as it is.
fn is_sane(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_over_only_if_it_is_harmless() {
        assert!(is_sane("a") && is_sane("01HX_9.z-") && is_sane(&"x".repeat(128)));
        for bad in ["", "a b", "a\"b", "é", "<script>", &"x".repeat(129)] {
            assert!(!is_sane(bad), "{bad}");
        }
    }
}
