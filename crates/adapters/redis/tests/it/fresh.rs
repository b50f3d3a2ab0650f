//! Empty stores.

use std::time::Duration;

use deadpool_redis::redis::{Client, Cmd, FromRedisValue};
use goforme_redis::{Redis, RedisConfig};
use kernel::StoreError;
use secrecy::ExposeSecret;
use testkit::redis::PrivateRedis;
use tokio::time::timeout;

/// A prefix on the shared server that nobody else uses.
pub fn config() -> RedisConfig {
    config_of(PrivateRedis::shared())
}

/// A prefix on this server that nobody else uses. The patience is that of a test on a busy machine.
pub fn config_of(server: &PrivateRedis) -> RedisConfig {
    RedisConfig {
        prefix: server.unused_prefix(),
        timeout: Duration::from_secs(10),
        cache_timeout: Duration::from_secs(10),
        cache_ttl: Duration::from_mins(1),
        ..RedisConfig::new(server.url().into())
    }
}

/// The same with little patience, for servers that don't answer.
pub fn impatient(server: &PrivateRedis) -> RedisConfig {
    let moment = Duration::from_millis(300);
    RedisConfig { timeout: moment, cache_timeout: moment / 3, ..config_of(server) }
}

/// What is under a prefix of its own on the shared server.
pub fn redis() -> Redis {
    Redis::new(&config()).unwrap()
}

/// Asks the server past the adapters.
pub async fn raw<T: FromRedisValue>(config: &RedisConfig, command: &Cmd) -> T {
    let client = Client::open(config.url.expose_secret()).unwrap();
    command.query_async(&mut client.get_multiplexed_async_connection().await.unwrap()).await.unwrap()
}

/// Fails the test unless it fails for want of a server, in time.
pub async fn assert_unavailable<T: std::fmt::Debug>(answer: impl Future<Output = Result<T, StoreError>>) {
    let answer = timeout(Duration::from_secs(3), answer).await.unwrap();
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}
