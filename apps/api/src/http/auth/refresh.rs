//! `POST /auth/refresh/token`: a refresh token for a new pair.

use actix_web::HttpRequest;
use actix_web::web::Data;
use application::accounts::Refresh;
use auth::RefreshInvalid;

use super::cookie;
use super::granted::{AccessTokenAnswer, Granted};
use crate::http::error::ApiError;

/// Changes the refresh token in the cookie for a new pair.
///
/// A missing, unknown, expired or ended one is always `REFRESH_INVALID`.
#[utoipa::path(post, path = "/auth/refresh/token", tag = "auth",
    params(("refreshToken" = String, Cookie, description = "As a log-in or the last refresh set it.")),
    responses(
        (status = 201, body = AccessTokenAnswer, headers(("Set-Cookie" = String, description = "The next refresh token."))),
    ))]
pub async fn refresh_tokens(request: HttpRequest, refresh: Data<Refresh>) -> Result<Granted, ApiError> {
    let token = cookie::presented(&request).ok_or(RefreshInvalid)?;
    Ok(Granted(refresh.run(&token).await?))
}
