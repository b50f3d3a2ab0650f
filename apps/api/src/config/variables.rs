//! The variables as text, and the ways to read one.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

/// A variable that keeps the process from starting. One line, without the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct ConfigError {
    variable: String,
    problem: String,
}

impl ConfigError {
    /// The variable has a value that can't be used.
    pub fn wrong(variable: &str, problem: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), problem: problem.into() }
    }

    /// The variable has no value; `because` says why it needs one.
    pub fn missing(variable: &str, because: &str) -> Self {
        Self::wrong(variable, format!("not set; {because}"))
    }
}

/// Names and values. One that is empty counts as not set, as in `REDIS_URL=` of an example file.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into().trim().to_owned()));
        Self(pairs.filter(|(_, value): &(_, String)| !value.is_empty()).collect())
    }
}

impl Variables {
    /// The environment of the process, and `.env` below it in development.
    pub fn from_process() -> Result<Self, ConfigError> {
        let process: Self = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        match process.text("APP_ENV") {
            Some("production" | "test") => Ok(process),
            _ => process.over_file(Path::new(".env")),
        }
    }

    /// These variables, and those of the file that they don't have. There need not be a file.
    pub(super) fn over_file(self, path: &Path) -> Result<Self, ConfigError> {
        let entries = match dotenvy::from_path_iter(path) {
            Err(error) if error.not_found() => return Ok(self),
            entries => entries.map_err(|_| ConfigError::wrong(".env", "can't be read"))?,
        };
        // The error of a bad line holds the line, which may hold a secret.
        let file: Vec<(String, String)> = entries
            .collect::<Result<_, _>>()
            .map_err(|_| ConfigError::wrong(".env", "has a line that is not NAME=value"))?;
        Ok(file.into_iter().chain(self.0).collect())
    }

    /// The text of a variable, if it's set.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A secret, if it's set.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    /// The value that `parse` makes of it; `expected` completes "must be …".
    pub fn parsed<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let read = |text| {
            parse(text).ok_or_else(|| ConfigError::wrong(name, format!("must be {expected}, not `{text}`")))
        };
        self.text(name).map(read).transpose()
    }

    /// A value that reads itself.
    pub fn value<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, ConfigError> {
        self.parsed(name, expected, |text| text.parse().ok())
    }

    /// An http or https address.
    pub fn url(&self, name: &str) -> Result<Option<Url>, ConfigError> {
        self.parsed(name, "an http(s) URL such as https://api.example.com", web_address)
    }

    /// A time such as `24h` or `7d`, above zero.
    pub fn duration(&self, name: &str) -> Result<Option<Duration>, ConfigError> {
        self.parsed(name, "a duration such as 90s, 24h or 7d", |text| {
            humantime::parse_duration(text).ok().filter(|duration| !duration.is_zero())
        })
    }

    /// The entries of a comma list; empty ones don't count.
    pub fn list<T>(
        &self,
        name: &str,
        expected: &str,
        mut parse: impl FnMut(&str) -> Option<T>,
    ) -> Result<Option<Vec<T>>, ConfigError> {
        self.parsed(name, expected, |text| {
            text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(&mut parse).collect()
        })
    }
}

/// An http or https address.
pub fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
