//! The queue of jobs: every job under a number that tells its place, and the numbers of those that wait in
//! a sorted set by when they are due. A job that is taken is due again when its lease runs out, so a lease
//! is nothing but a later due time, and a worker that dies leaves nothing to clean up.

use std::sync::{Arc, LazyLock};

use application::jobs::{Job, JobFilter, JobKey, JobOutcome, JobQueue, JobView, TakenJob};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use deadpool_redis::redis::{Script, ScriptInvocation};
use kernel::{StoreError, Timestamp};
use tokio::sync::Notify;

use crate::connection::Redis;
use crate::listener::{Heard, Listener};

macro_rules! scripts {
    ($($name:ident = $file:literal),* $(,)?) => {$(
        static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::new(concat!(include_str!("queue/keys.lua"), include_str!($file)))
        });
    )*};
}
scripts! {
    ENQUEUE = "queue/enqueue.lua",
    TAKE = "queue/take.lua",
    HOLD = "queue/hold.lua",
    FINISH = "queue/finish.lua",
    LIST = "queue/list.lua",
    RETRY_PARKED = "queue/retry_parked.lua",
}

/// The names that `keys.lua` unpacks, in its order.
const KEYS: [&str; 8] = ["last", "ids", "bodies", "tries", "errors", "due", "parked", "all"];

/// The queue in Redis. Its Redis must not lose what it was told, see the crate's description.
pub struct RedisJobQueue {
    redis: Redis,
    queued: Arc<Notify>,
    _wake_ups: Listener,
}

impl RedisJobQueue {
    /// A queue that is kept there. Needs a tokio runtime.
    pub fn new(redis: &Redis) -> Self {
        let queued = Arc::new(Notify::new());
        let woken = Arc::clone(&queued);
        let wake_ups = Listener::start(redis.clone(), [redis.key("jobs:queued")], move |heard| match heard {
            Heard::Message { .. } | Heard::Connected { after_silence: true } => woken.notify_one(),
            Heard::Connected { after_silence: false } => {}
        });
        Self { redis: redis.clone(), queued, _wake_ups: wake_ups }
    }

    /// The script with its keys.
    fn on_keys<'a>(&self, script: &'a Script) -> ScriptInvocation<'a> {
        let mut invocation = script.prepare_invoke();
        for name in KEYS {
            invocation.key(self.redis.key(&format!("jobs:{name}")));
        }
        invocation
    }

    fn channel(&self) -> String {
        self.redis.key("jobs:queued")
    }
}

#[async_trait]
impl JobQueue for RedisJobQueue {
    async fn enqueue(&self, jobs: &[Job], now: Timestamp) -> Result<(), StoreError> {
        if jobs.is_empty() {
            return Ok(());
        }
        let mut script = self.on_keys(&ENQUEUE);
        script.arg(self.channel()).arg(now.timestamp_millis());
        for job in jobs {
            let body = serde_json::to_string(job).map_err(StoreError::unavailable)?;
            script.arg(job.key().as_str()).arg(body);
        }
        self.redis.invoke(&script).await
    }

    async fn take(&self, limit: i64, now: Timestamp, lease: TimeDelta) -> Result<Vec<TakenJob>, StoreError> {
        let mut script = self.on_keys(&TAKE);
        script.arg(now.timestamp_millis()).arg((now + lease).timestamp_millis()).arg(limit);
        let taken: Vec<(String, u32)> = self.redis.invoke(&script).await?;
        Ok(taken
            .into_iter()
            .filter_map(|(body, tries)| Some(TakenJob { job: read(&body)?, tries }))
            .collect())
    }

    async fn hold(&self, jobs: &[JobKey], until: Timestamp) -> Result<(), StoreError> {
        let mut script = self.on_keys(&HOLD);
        script.arg(until.timestamp_millis());
        for job in jobs {
            script.arg(job.as_str());
        }
        self.redis.invoke(&script).await
    }

    async fn finish(&self, outcomes: &[(JobKey, JobOutcome)]) -> Result<(), StoreError> {
        let mut script = self.on_keys(&FINISH);
        for (key, outcome) in outcomes {
            script.arg(key.as_str());
            match outcome {
                JobOutcome::Done => script.arg("done").arg(0).arg(0).arg(""),
                JobOutcome::Retry { at, tries, error } => {
                    script.arg("retry").arg(at.timestamp_millis()).arg(*tries).arg(error)
                }
                JobOutcome::Parked { at, tries, error } => {
                    script.arg("park").arg(at.timestamp_millis()).arg(*tries).arg(error)
                }
            };
        }
        self.redis.invoke(&script).await
    }

    async fn list(&self, filter: JobFilter, limit: i64) -> Result<Vec<JobView>, StoreError> {
        let mut script = self.on_keys(&LIST);
        let which = match filter {
            JobFilter::All => "all",
            JobFilter::Failed => "parked",
        };
        // For Redis a range that ends at -1 has no end.
        script.arg(which).arg(limit.max(0) - 1).arg(limit);
        let listed: Vec<Listed> = self.redis.invoke(&script).await?;
        Ok(listed.into_iter().filter_map(view).collect())
    }

    async fn retry_parked(&self, only: Option<&JobKey>, now: Timestamp) -> Result<u64, StoreError> {
        let mut script = self.on_keys(&RETRY_PARKED);
        script.arg(self.channel()).arg(now.timestamp_millis());
        if let Some(key) = only {
            script.arg(key.as_str());
        }
        self.redis.invoke(&script).await
    }

    async fn changed(&self) {
        self.queued.notified().await;
    }
}

/// A job's body, its tries, when it's due, and its last error.
type Listed = (String, u32, Option<i64>, Option<String>);

fn view((body, tries, due, last_error): Listed) -> Option<JobView> {
    let job = read(&body)?;
    let due_at = due.and_then(DateTime::from_timestamp_millis);
    Some(JobView { key: job.key(), job, tries, due_at, last_error })
}

/// `None`, and a line in the log, for a job that this version can't read (a newer one queued it): it stays
/// in the queue until a version comes that can.
fn read(body: &str) -> Option<Job> {
    serde_json::from_str(body)
        .inspect_err(|error| tracing::error!(job.body = body, %error, "a job in the queue can't be read"))
        .ok()
}
