//! Who calls: the extractors that ask for an access token. They come first among the arguments of a
//! handler, so that nobody learns anything from a body or a path before they have shown who they are.

use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use async_trait::async_trait;
use auth::{AccessClaims, TokenError};
use futures_util::future::LocalBoxFuture;
use kernel::{Role, UserId};

use super::gate::Gate;
use crate::http::error::ApiError;
use crate::http::refusal::Refusal;

/// Tells who holds an access token.
///
/// An implementation MUST refuse tokens of another kind, expired ones, and those whose session ended.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// What the token says, if it holds at this moment.
    async fn authenticate(&self, token: &str) -> Result<AccessClaims, application::Error>;
}

#[async_trait]
impl Authenticate for application::accounts::Authenticate {
    async fn authenticate(&self, token: &str) -> Result<AccessClaims, application::Error> {
        self.run(token).await
    }
}

/// Anybody with a valid access token; 401 for everybody else.
#[derive(Debug, Clone)]
pub struct Caller(pub AccessClaims);

/// A caller whose role is DREAMER; 403 for the other one.
#[derive(Debug, Clone)]
pub struct Dreamer(pub AccessClaims);

/// A caller whose role is MAKER; 403 for the other one.
#[derive(Debug, Clone)]
pub struct Maker(pub AccessClaims);

/// A caller on a public route: a guest if no token was sent; one that doesn't hold is still a 401.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<AccessClaims>);

impl MaybeCaller {
    /// Who calls, unless it's a guest.
    pub fn user(&self) -> Option<UserId> {
        self.0.as_ref().map(|claims| claims.user)
    }
}

macro_rules! known_callers {
    ($($name:ident: $accepts:expr;)*) => {$(
        impl Deref for $name {
            type Target = AccessClaims;

            fn deref(&self) -> &AccessClaims {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let identified = identify(request);
                Box::pin(async move {
                    let claims = identified.await?.ok_or(application::Error::from(TokenError::Missing))?;
                    let accepts: Option<Role> = $accepts;
                    match accepts {
                        Some(role) if role != claims.role => Err(Refusal::RoleForbidden(role).into()),
                        _ => Ok(Self(claims)),
                    }
                })
            }
        }
    )*};
}
known_callers! {
    Caller: None;
    Dreamer: Some(Role::Dreamer);
    Maker: Some(Role::Maker);
}

impl FromRequest for MaybeCaller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let identified = identify(request);
        Box::pin(async move { Ok(Self(identified.await?)) })
    }
}

/// What the token of the request says; `None` if there is none.
fn identify(request: &HttpRequest) -> impl Future<Output = Result<Option<AccessClaims>, ApiError>> + use<> {
    let closed = Gate::close(request);
    let token = bearer(request);
    let authenticate = request.app_data::<web::Data<Arc<dyn Authenticate>>>().cloned();
    async move {
        // Opens the gate on whichever way this ends.
        let _closed = closed;
        let Some(token) = token.map_err(application::Error::from)? else { return Ok(None) };
        let authenticate = authenticate.ok_or(application::Error::from(TokenError::Invalid))?;
        Ok(Some(authenticate.authenticate(&token).await?))
    }
}

/// The bearer token of the request. The web client sends `Bearer ` with nothing behind it while nobody
/// is logged in: that is no token.
pub fn bearer(request: &HttpRequest) -> Result<Option<String>, TokenError> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let header = header.to_str().map_err(|_| TokenError::Invalid)?.trim();
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    match (scheme.is_empty() || scheme.eq_ignore_ascii_case("bearer"), token.trim()) {
        (true, "") => Ok(None),
        (true, token) => Ok(Some(token.to_owned())),
        (false, _) => Err(TokenError::Invalid),
    }
}
