//! Where things are kept. Each store is chosen by itself; what isn't named is kept in `DATA_DIR`.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use super::{ConfigError, Variables};

/// Where things are kept.
#[derive(Debug, Clone)]
pub struct StoresConfig {
    /// `DATA_DIR`: what the process keeps by itself.
    pub data_dir: PathBuf,
    /// `DATABASE_URL`; without it, SQLite.
    pub postgres: Option<SecretString>,
    /// `MONGODB_URI`; without it, SQLite.
    pub mongo: Option<MongoConfig>,
    /// `REDIS_URL`; without it, one node with an in-process queue, cache and bus.
    pub redis: Option<SecretString>,
    /// `S3_…`; without them, files.
    pub buckets: Option<BucketsConfig>,
}

/// A MongoDB database.
#[derive(Debug, Clone)]
pub struct MongoConfig {
    /// `MONGODB_URI`.
    pub uri: SecretString,
    /// `MONGODB_DATABASE`.
    pub database: String,
}

/// The buckets for media. Credentials are found the way AWS tools find them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketsConfig {
    /// `S3_ORIGINAL_BUCKET`: what people uploaded.
    pub original: String,
    /// `S3_OPTIMISED_BUCKET`: the copies that are shown.
    pub optimised: String,
    /// `S3_REGION`.
    pub region: String,
    /// `S3_ENDPOINT`, for what speaks S3 and isn't AWS.
    pub endpoint: Option<Url>,
}

impl StoresConfig {
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let database = variables.text("MONGODB_DATABASE").unwrap_or("goforme");
        Ok(Self {
            data_dir: variables.text("DATA_DIR").unwrap_or("./data").into(),
            postgres: address(variables, "DATABASE_URL", &["postgres", "postgresql"])?,
            mongo: address(variables, "MONGODB_URI", &["mongodb", "mongodb+srv"])?
                .map(|uri| MongoConfig { uri, database: database.to_owned() }),
            redis: address(variables, "REDIS_URL", &["redis", "rediss"])?,
            buckets: BucketsConfig::read(variables)?,
        })
    }
}

impl BucketsConfig {
    /// All of them or none.
    fn read(variables: &Variables) -> Result<Option<Self>, ConfigError> {
        const NAMES: [&str; 4] = ["S3_ORIGINAL_BUCKET", "S3_OPTIMISED_BUCKET", "S3_REGION", "S3_ENDPOINT"];
        if NAMES.iter().all(|name| variables.text(name).is_none()) {
            return Ok(None);
        }
        let needed = |name| {
            let because = "it is required beside the other S3_ variables";
            variables.text(name).map(str::to_owned).ok_or_else(|| ConfigError::missing(name, because))
        };
        Ok(Some(Self {
            original: needed("S3_ORIGINAL_BUCKET")?,
            optimised: needed("S3_OPTIMISED_BUCKET")?,
            region: needed("S3_REGION")?,
            endpoint: variables.url("S3_ENDPOINT")?,
        }))
    }
}

/// The address of a store. It may hold a password, so the error does not show it.
fn address(variables: &Variables, name: &str, schemes: &[&str]) -> Result<Option<SecretString>, ConfigError> {
    let Some(text) = variables.text(name) else { return Ok(None) };
    let known =
        text.split_once("://").is_some_and(|(scheme, rest)| schemes.contains(&scheme) && !rest.is_empty());
    if !known {
        return Err(ConfigError::wrong(name, format!("must begin with {}://", schemes.join(":// or "))));
    }
    Ok(variables.secret(name))
}
