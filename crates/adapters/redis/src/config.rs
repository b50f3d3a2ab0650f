//! How Redis is reached, and how long anything about it may take.

use std::time::Duration;

use deadpool_redis::redis::RedisError;
use secrecy::SecretString;

/// How Redis is reached, and how long anything about it may take.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// `redis://user:password@host:port/database`, or `rediss://…` for TLS.
    pub url: SecretString,
    /// What all keys and channels begin with, so that several installations may share a server.
    pub prefix: String,
    /// How many connections this process opens at most, beside the two that listen.
    pub pool_size: usize,
    /// How long whoever needs Redis waits for it.
    pub timeout: Duration,
    /// How long a query waits for the cache before it asks the database instead.
    pub cache_timeout: Duration,
    /// For how long what is cached may be shown.
    pub cache_ttl: Duration,
}

impl RedisConfig {
    /// The server at `url`, with sixteen connections and a second of patience.
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            prefix: "goforme".to_owned(),
            pool_size: 16,
            timeout: Duration::from_secs(1),
            cache_timeout: Duration::from_millis(100),
            cache_ttl: Duration::from_secs(3),
        }
    }
}

/// A configuration that can't work.
#[derive(Debug, thiserror::Error)]
pub enum RedisConfigError {
    /// The address is no address.
    #[error("the address of the Redis server can't be understood")]
    Url(#[source] RedisError),
    /// There has to be a connection.
    #[error("the pool of connections to Redis can't be made: {0}")]
    Pool(String),
}
