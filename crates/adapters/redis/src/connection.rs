//! The connection.

use std::sync::Arc;
use std::time::Duration;

use deadpool_redis::redis::{
    AsyncConnectionConfig, Client, FromRedisValue, InfoDict, Pipeline, RedisError, ScriptInvocation, cmd,
};
use deadpool_redis::{Connection, Manager, Pool, PoolError, Runtime, Timeouts};
use kernel::StoreError;
use secrecy::ExposeSecret;

use crate::config::{RedisConfig, RedisConfigError};

/// A Redis server. Clones are the same one.
#[derive(Clone)]
pub struct Redis {
    pool: Pool,
    /// For connections that only listen.
    pub(crate) client: Client,
    prefix: Arc<str>,
    pub(crate) timeout: Duration,
    pub(crate) cache_timeout: Duration,
    pub(crate) cache_ttl: Duration,
}

impl Redis {
    /// The server at the address of `config`. Nothing is asked of it yet, so it need not be there.
    pub fn new(config: &RedisConfig) -> Result<Self, RedisConfigError> {
        // TLS needs to be told whose cryptography to use; somebody may have told it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = config.url.expose_secret();
        let client = Client::open(url).map_err(RedisConfigError::Url)?;
        let options = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(config.timeout))
            .set_response_timeout(Some(config.timeout));
        let manager = Manager::new_with_config(url, options).map_err(RedisConfigError::Url)?;
        let patience = Some(config.timeout);
        let pool = Pool::builder(manager)
            .max_size(config.pool_size)
            .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| RedisConfigError::Pool(error.to_string()))?;
        Ok(Self {
            pool,
            client,
            prefix: config.prefix.as_str().into(),
            timeout: config.timeout,
            cache_timeout: config.cache_timeout,
            cache_ttl: config.cache_ttl,
        })
    }

    /// Whether the server answers.
    pub async fn check(&self) -> Result<(), StoreError> {
        let mut ping = Pipeline::with_capacity(1);
        ping.cmd("PING").ignore();
        self.query::<()>(&ping).await
    }

    /// Says in the log if the server would lose jobs: when it stops, or when it's short of memory.
    pub async fn warn_if_forgetful(&self) -> Result<(), StoreError> {
        let mut question = Pipeline::with_capacity(1);
        question.add_command(cmd("INFO"));
        let (info,): (InfoDict,) = self.query(&question).await?;
        if info.get::<String>("aof_enabled").is_some_and(|enabled| enabled == "0") {
            tracing::warn!(
                "Redis does not write down what it is told: jobs are lost when it stops; set appendonly yes"
            );
        }
        if let Some(policy) = info.get::<String>("maxmemory_policy").filter(|policy| policy != "noeviction") {
            tracing::warn!(%policy, "Redis may forget jobs when it is short of memory; set maxmemory-policy noeviction");
        }
        Ok(())
    }

    /// A key of this installation.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    async fn connection(&self) -> Result<Connection, PoolError> {
        // Opening one takes a lot of room, which those who find one shouldn't need.
        Box::pin(self.pool.get()).await
    }

    /// Runs a script.
    pub(crate) async fn invoke<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let answer = async { Ok(script.invoke_async(&mut self.connection().await?).await?) };
        within(self.timeout, answer).await
    }

    /// Runs commands.
    pub(crate) async fn query<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, StoreError> {
        self.query_within(self.timeout, commands).await
    }

    /// Runs commands, with a patience of its own.
    pub(crate) async fn query_within<T: FromRedisValue>(
        &self,
        patience: Duration,
        commands: &Pipeline,
    ) -> Result<T, StoreError> {
        let answer = async { Ok(commands.query_async(&mut self.connection().await?).await?) };
        within(patience, answer).await
    }
}

async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, Failed>>,
) -> Result<T, StoreError> {
    let answer = tokio::time::timeout(patience, answer).await;
    answer.unwrap_or(Err(Failed::TooSlow(patience))).map_err(StoreError::unavailable)
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Pool(#[from] PoolError),
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("Redis did not answer within {0:?}")]
    TooSlow(Duration),
}
