//! Who takes the money.

use secrecy::SecretString;
use url::Url;

use super::{AppEnv, ConfigError, Variables};

const BASE: &str = "https://api.portone.io";

/// Who takes the money.
#[derive(Debug, Clone)]
pub enum PaymentsConfig {
    /// Nobody: a registered payment becomes PAID when its client asks for completion. Never in production.
    Sandbox,
    /// PortOne.
    PortOne(PortOneConfig),
}

/// How to talk to PortOne.
#[derive(Debug, Clone)]
pub struct PortOneConfig {
    /// `PORTONE_API_SECRET`.
    pub api_secret: SecretString,
    /// `PORTONE_WEBHOOK_SECRET`.
    pub webhook_secret: SecretString,
    /// `PORTONE_API_BASE`, if it isn't theirs.
    pub base: Url,
}

impl PaymentsConfig {
    pub(super) fn read(variables: &Variables, environment: AppEnv) -> Result<Self, ConfigError> {
        let api = environment.needs("PORTONE_API_SECRET", variables.secret("PORTONE_API_SECRET"))?;
        let webhook =
            environment.needs("PORTONE_WEBHOOK_SECRET", variables.secret("PORTONE_WEBHOOK_SECRET"))?;
        let base = match variables.url("PORTONE_API_BASE")? {
            Some(base) => base,
            None => {
                Url::parse(BASE).map_err(|error| ConfigError::wrong("PORTONE_API_BASE", error.to_string()))?
            }
        };
        let missing = |name| Err(ConfigError::missing(name, "both PortOne secrets are needed, or neither"));
        match (api, webhook) {
            (Some(api_secret), Some(webhook_secret)) => {
                Ok(Self::PortOne(PortOneConfig { api_secret, webhook_secret, base }))
            }
            (None, None) => Ok(Self::Sandbox),
            (None, Some(_)) => missing("PORTONE_API_SECRET"),
            (Some(_), None) => missing("PORTONE_WEBHOOK_SECRET"),
        }
    }
}
