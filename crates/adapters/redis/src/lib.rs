//! What several nodes share through Redis 6.2 or later (or what speaks its protocol): the queue of jobs,
//! signals between nodes, who is online, rate limits, and a cache. The same ports as the in-process ones,
//! held to the same contract tests.
//!
//! [`Redis`] is the connection; everything else is made from one. Whatever has to be one step (taking a
//! job, counting against a limit) is a Lua script beside the module that uses it, which Redis runs
//! undisturbed. Times come from the caller, as everywhere; Redis's own clock only throws away what nobody
//! asks for any more.
//!
//! A Redis that is gone fails what needs it within [`RedisConfig::timeout`], and nothing else: signals,
//! the cache and limits go on without it.
//!
//! **Only the queue holds anything that may not be lost.** Its Redis has to write down what it's told
//! (`appendonly yes`) and must not forget it for room (`maxmemory-policy noeviction`);
//! [`Redis::warn_if_forgetful`] says so in the log where that isn't so.
//!
//! May depend on the domain crates and the application; nothing but the wiring may depend on it. To share
//! something new: a module with the port, its keys under `Redis::key`, and its scripts beside it.

mod breaker;
mod bus;
mod cache;
mod config;
mod connection;
mod listener;
mod presence;
mod queue;
mod rate_limit;

pub use bus::RedisBus;
pub use cache::{Cache, CachedMakers, CachedPlans};
pub use config::{RedisConfig, RedisConfigError};
pub use connection::Redis;
pub use presence::RedisPresence;
pub use queue::RedisJobQueue;
pub use rate_limit::{RateLimiterWithFallback, RedisRateLimiter};
