//! `POST /auth/login`: e-mail address and password for tokens.

use actix_web::web::Data;
use application::accounts::LogIn;
use auth::PasswordAttempt;
use kernel::{Invalid, Validation};
use serde::Deserialize;
use user::Email;
use utoipa::ToSchema;

use super::granted::{AccessTokenAnswer, Granted};
use crate::http::error::ApiError;
use crate::http::extract::{Body, ClientAddress};

/// Who one claims to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogInBody {
    #[schema(format = "email", max_length = 254, examples("mina@example.com"))]
    email: String,
    #[schema(format = Password, max_length = 1024, examples("secret-1"))]
    password: String,
}

impl LogInBody {
    fn pair(self) -> Result<(Email, PasswordAttempt), Invalid> {
        let mut check = Validation::default();
        let email = check.field("email", Email::try_from(self.email));
        let password = check.field("password", PasswordAttempt::try_from(self.password));
        check.build(|| Some((email?, password?)))
    }
}

/// Logs in. Sets the cookie `refreshToken`.
///
/// Refuses with `LOGIN_FAILED`, `LOGIN_THROTTLED`, `HASHING_OVERLOADED`.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LogInBody, responses(
    (status = 201, body = AccessTokenAnswer, headers(("Set-Cookie" = String, description = "The refresh token."))),
))]
pub async fn log_in(
    ClientAddress(address): ClientAddress,
    Body(body): Body<LogInBody>,
    log_in: Data<LogIn>,
) -> Result<Granted, ApiError> {
    let (email, password) = body.pair()?;
    Ok(Granted(log_in.run(&email, password, address).await?))
}
