//! How log-ins are shown, and for how long.

use std::time::Duration;

use secrecy::SecretString;

use super::{AppEnv, ConfigError, Variables};

/// A shorter secret could be guessed.
const MIN_SECRET: usize = 32;

const HOUR: Duration = Duration::from_hours(1);

/// How log-ins are shown, and for how long.
#[derive(Debug, Clone)]
pub struct TokensConfig {
    /// `JWT_SECRET`; without it, one that is made in `DATA_DIR`.
    pub secret: Option<SecretString>,
    /// `ACCESS_TOKEN_TTL`.
    pub access_ttl: Duration,
    /// `REFRESH_TOKEN_TTL`.
    pub refresh_ttl: Duration,
}

impl TokensConfig {
    pub(super) fn read(variables: &Variables, environment: AppEnv) -> Result<Self, ConfigError> {
        if variables.text("JWT_SECRET").is_some_and(|secret| secret.chars().count() < MIN_SECRET) {
            return Err(ConfigError::wrong(
                "JWT_SECRET",
                format!("must have at least {MIN_SECRET} characters"),
            ));
        }
        Ok(Self {
            secret: environment.needs("JWT_SECRET", variables.secret("JWT_SECRET"))?,
            access_ttl: variables.duration("ACCESS_TOKEN_TTL")?.unwrap_or(24 * HOUR),
            refresh_ttl: variables.duration("REFRESH_TOKEN_TTL")?.unwrap_or(7 * 24 * HOUR),
        })
    }
}
