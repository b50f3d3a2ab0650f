//! The configuration: environment variables, read once and never again.
//!
//! A new variable gets a field in one of the structs here or in its section, and a line in that section's
//! `read`. A wrong or missing one is a [`ConfigError`] that names it.

mod http;
mod logins;
mod payments;
mod realtime;
mod stores;
mod tokens;
mod variables;

use std::fmt;
use std::time::Duration;

pub use http::HttpConfig;
pub use logins::{LoginProvider, LoginsConfig};
pub use payments::{PaymentsConfig, PortOneConfig};
pub use realtime::RealtimeConfig;
pub use stores::{BucketsConfig, MongoSettings, PostgresSettings, RedisSettings, StoresConfig};
pub use tokens::TokensConfig;
pub use variables::{ConfigError, Variables};

/// What the process is for: `APP_ENV`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    /// Somebody is working on it: everything has a default.
    Development,
    /// People depend on it: what must not be guessed has to be said.
    Production,
    /// A test drives it, and may move its clock.
    Test,
}

/// Which of the long-running commands reads the configuration: their defaults differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// `goforme serve`, and every command that is over soon.
    Serve,
    /// `goforme worker`, which may run beside it.
    Worker,
}

/// All that can be configured. Secrets don't show in `Debug`.
#[derive(Debug, Clone)]
pub struct Config {
    /// `APP_ENV`.
    pub environment: AppEnv,
    /// Where we listen and who may talk to us.
    pub http: HttpConfig,
    /// Where things are kept.
    pub stores: StoresConfig,
    /// Who takes the money.
    pub payments: PaymentsConfig,
    /// How log-ins are shown.
    pub tokens: TokensConfig,
    /// Who else may vouch for a user.
    pub logins: LoginsConfig,
    /// How much a user may do in real time.
    pub realtime: RealtimeConfig,
    /// `TEST_CLOCK_AHEAD`: by how much the clock of a process under test is ahead of the machine's when it
    /// starts, so that a restart doesn't take a test back in time.
    pub test_clock_ahead: Duration,
}

impl Config {
    /// Reads the process's environment and, unless that says `APP_ENV=production` or `test`, a `.env` in
    /// the working directory; the environment goes first.
    pub fn load(process: Process) -> Result<Self, ConfigError> {
        Self::read(&Variables::from_process()?, process)
    }

    /// Reads the configuration from these variables.
    pub fn read(variables: &Variables, process: Process) -> Result<Self, ConfigError> {
        let environment = AppEnv::read(variables)?;
        let http = HttpConfig::read(variables, environment, process)?;
        let logins = LoginsConfig::read(variables, environment, &http)?;
        Ok(Self {
            environment,
            stores: StoresConfig::read(variables)?,
            payments: PaymentsConfig::read(variables, environment)?,
            tokens: TokensConfig::read(variables, environment)?,
            realtime: RealtimeConfig::read(variables)?,
            test_clock_ahead: environment.test_clock_ahead(variables)?,
            http,
            logins,
        })
    }
}

impl AppEnv {
    fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let named = |name: &str| match name {
            "development" => Some(Self::Development),
            "production" => Some(Self::Production),
            "test" => Some(Self::Test),
            _ => None,
        };
        let environment = variables.parsed("APP_ENV", "development, production or test", named)?;
        Ok(environment.unwrap_or(Self::Development))
    }

    /// Nobody but a test may move the clock.
    fn test_clock_ahead(self, variables: &Variables) -> Result<Duration, ConfigError> {
        const NAME: &str = "TEST_CLOCK_AHEAD";
        match variables.duration(NAME)? {
            Some(_) if self != Self::Test => Err(ConfigError::wrong(NAME, "is for APP_ENV=test only")),
            ahead => Ok(ahead.unwrap_or_default()),
        }
    }

    /// The value, which must be there in production; `None` elsewhere if it isn't.
    fn needs<T>(self, name: &'static str, value: Option<T>) -> Result<Option<T>, ConfigError> {
        match (self, value) {
            (Self::Production, None) => {
                Err(ConfigError::missing(name, "it is required when APP_ENV=production"))
            }
            (_, value) => Ok(value),
        }
    }
}

impl fmt::Display for AppEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Production => "production",
            Self::Test => "test",
        })
    }
}

#[cfg(test)]
mod tests;
