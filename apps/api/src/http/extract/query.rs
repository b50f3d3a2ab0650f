//! The query of a request.

use std::fmt;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use kernel::Invalid;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::gate::Gate;
use super::mistake::{Mistake, at};
use crate::http::error::ApiError;

/// The query as a struct: a `Vec` takes a key that's given once or more often (with `#[serde(default)]`
/// also never), an `Option` one that may be missing. Unknown keys are ignored. Booleans are [`Flag`]s;
/// paging is an extractor of its own, [`Paged`](super::Paged), since numbers don't survive
/// `#[serde(flatten)]`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = parse(request.query_string());
        let passed = Gate::passed(request);
        Box::pin(async move {
            passed.await;
            Ok(Self(parsed?))
        })
    }
}

/// Reads a query string.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(serde_html_form::Deserializer::from_bytes(query.as_bytes()))
        .map_err(|error| at(&error.path().to_string(), "query", &Mistake::read(&error.inner().to_string())))
}

/// `true` or `false` in a query; anything else is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = bool)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;

        impl Visitor<'_> for Word {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                match text {
                    "true" => Ok(Flag(true)),
                    "false" => Ok(Flag(false)),
                    _ => Err(E::custom("must be true or false")),
                }
            }
        }
        // Not `deserialize_bool`: for that, `serde_html_form` takes "on" and an empty value as well.
        deserializer.deserialize_str(Word)
    }
}
