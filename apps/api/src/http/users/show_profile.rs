//! `GET /profile`: one's own profile.

use std::sync::Arc;

use actix_web::web::Data;
use application::queries::UserQueries;
use user::UserNotFound;

use super::profile::ProfileAnswer;
use crate::http::error::ApiError;
use crate::http::extract::Caller;
use crate::http::json::Json;

/// One's own profile.
#[utoipa::path(get, path = "/profile", tag = "users", security(("bearer" = [])),
    responses((status = 200, body = ProfileAnswer)))]
pub async fn show_profile(
    caller: Caller,
    users: Data<Arc<dyn UserQueries>>,
) -> Result<Json<ProfileAnswer>, ApiError> {
    let profile = users.profile(caller.user).await?.ok_or(UserNotFound)?;
    Ok(Json(ProfileAnswer::of(caller.user, &profile)))
}
