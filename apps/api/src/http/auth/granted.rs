//! What a log-in and a refresh answer.

use actix_web::body::BoxBody;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use application::accounts::Grant;
use serde::Serialize;
use utoipa::ToSchema;

use super::cookie;

/// A new access token. Its refresh token comes in the cookie `refreshToken`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessTokenAnswer {
    /// For `Authorization: Bearer …`.
    #[schema(examples("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl"))]
    access_token: String,
}

/// 201 with a new pair of tokens, which nobody in between may keep.
pub struct Granted(pub Grant);

impl Responder for Granted {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Self(grant) = self;
        HttpResponse::Created()
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .cookie(cookie::keeping(&grant))
            .json(AccessTokenAnswer { access_token: grant.access_token })
    }
}
