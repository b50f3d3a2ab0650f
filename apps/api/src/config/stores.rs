//! Where things are kept. Each store is chosen by itself; what isn't named is kept in `DATA_DIR`.

use std::num::NonZeroUsize;
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
    pub postgres: Option<PostgresSettings>,
    /// `MONGODB_URI`; without it, SQLite.
    pub mongo: Option<MongoSettings>,
    /// `REDIS_URL`; without it, one node with an in-process queue, cache and bus.
    pub redis: Option<RedisSettings>,
    /// `S3_…`; without them, files.
    pub buckets: Option<BucketsConfig>,
}

/// A PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresSettings {
    /// `DATABASE_URL`.
    pub url: SecretString,
    /// `DATABASE_POOL_SIZE`: connections that the process opens at most, beside those that brief reads share.
    pub pool_size: NonZeroUsize,
}

/// A Redis server.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// `REDIS_URL`.
    pub url: SecretString,
    /// `REDIS_KEY_PREFIX`: what keys begin with, so that several installations may share a server.
    pub prefix: String,
}

/// A MongoDB database.
#[derive(Debug, Clone)]
pub struct MongoSettings {
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
        let postgres = address(variables, "DATABASE_URL", &["postgres", "postgresql"])?;
        let pool_size = variables.value("DATABASE_POOL_SIZE", "a number above zero")?;
        let pool_size = pool_size.unwrap_or(PostgresSettings::POOL_SIZE);
        let prefix = variables.text("REDIS_KEY_PREFIX").unwrap_or("goforme");
        Ok(Self {
            data_dir: variables.text("DATA_DIR").unwrap_or("./data").into(),
            postgres: postgres.map(|url| PostgresSettings { url, pool_size }),
            mongo: address(variables, "MONGODB_URI", &["mongodb", "mongodb+srv"])?
                .map(|uri| MongoSettings { uri, database: database.to_owned() }),
            redis: address(variables, "REDIS_URL", &["redis", "rediss"])?
                .map(|url| RedisSettings { url, prefix: prefix.to_owned() }),
            buckets: BucketsConfig::read(variables)?,
        })
    }

    /// Whether anything is kept in SQLite.
    pub const fn uses_embedded_store(&self) -> bool {
        self.postgres.is_none() || self.mongo.is_none()
    }
}

impl PostgresSettings {
    /// Enough for what two cores can do; more only queue in the database instead of here.
    const POOL_SIZE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);
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
