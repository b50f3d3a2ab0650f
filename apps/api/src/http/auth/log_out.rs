//! `POST /auth/logout`: ends this session.

use actix_web::HttpResponse;
use actix_web::web::Data;
use application::accounts::LogOut;

use super::cookie;
use crate::http::error::ApiError;
use crate::http::extract::Caller;

/// Ends this session: its access tokens, its refresh token, and the cookie.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", security(("bearer" = [])), responses(
    (status = 204, headers(("Set-Cookie" = String, description = "An empty one, which is forgotten at once."))),
))]
pub async fn log_out(caller: Caller, sessions: Data<LogOut>) -> Result<HttpResponse, ApiError> {
    sessions.run(caller.session).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::forgotten()).finish())
}
