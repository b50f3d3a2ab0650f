//! Jobs through deaths, of workers and of Redis, and what a newer version has queued.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use application::jobs::testing::{a_job, now};
use application::jobs::{Job, JobFilter, JobOutcome, JobQueue};
use chrono::TimeDelta;
use deadpool_redis::redis::cmd;
use goforme_redis::{Redis, RedisJobQueue};
use testkit::eventually;
use testkit::redis::PrivateRedis;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::fresh::{assert_unavailable, config, impatient, raw};

const LEASE: TimeDelta = TimeDelta::seconds(4);
/// Far longer than any of this takes: who is not woken fails instead of waiting for ever.
const PATIENCE: Duration = Duration::from_secs(30);

fn jobs(count: usize) -> Vec<Job> {
    (0..count).map(|_| a_job()).collect()
}

#[tokio::test]
async fn new_jobs_wake_the_runners_of_every_process() {
    let config = config();
    let [one, other] = [(); 2].map(|()| Arc::new(RedisJobQueue::new(&Redis::new(&config).unwrap())));
    let woken = [&one, &other].map(|queue| {
        let queue = Arc::clone(queue);
        tokio::spawn(async move { queue.changed().await })
    });
    // Whoever isn't listening yet hears of the next one.
    let enqueueing = async {
        loop {
            one.enqueue(&[a_job()], now()).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let all_woken = async {
        for woken in woken {
            woken.await.unwrap();
        }
    };
    tokio::select! {
        never = enqueueing => never,
        woken = timeout(PATIENCE, all_woken) => woken.unwrap(),
    }
}

#[tokio::test]
async fn what_redis_was_told_survives_its_death() {
    let server = PrivateRedis::start();
    let queue = RedisJobQueue::new(&Redis::new(&impatient(&server)).unwrap());
    let jobs = jobs(3);
    queue.enqueue(&jobs, now()).await.unwrap();
    assert_eq!(queue.take(1, now(), LEASE).await.unwrap().len(), 1);
    let parked = JobOutcome::Parked { at: now(), tries: 5, error: "broken".to_owned() };
    queue.finish(&[(jobs[0].key(), parked)]).await.unwrap();
    server.stop();
    assert_unavailable(queue.take(1, now(), LEASE)).await;
    assert_unavailable(queue.enqueue(&jobs, now())).await;
    server.start_again();
    let listed =
        eventually("the queue works again", || async { queue.list(JobFilter::All, 10).await.ok() }).await;
    assert_eq!(listed.into_iter().map(|view| view.job).collect::<Vec<_>>(), jobs);
    assert_eq!(queue.list(JobFilter::Failed, 10).await.unwrap().len(), 1);
    assert_eq!(queue.take(10, now(), LEASE).await.unwrap().len(), 2);
}

/// Workers that drop dead with what they hold (their time goes on by itself): everything is done in the
/// end, and nothing is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_is_done_however_often_workers_die() {
    let config = config();
    let queue = Arc::new(RedisJobQueue::new(&Redis::new(&config).unwrap()));
    let all = jobs(500);
    queue.enqueue(&all, now()).await.unwrap();
    let mut done: HashMap<_, usize> = HashMap::new();
    for round in 0..20 {
        let at = now() + LEASE * round + TimeDelta::milliseconds(i64::from(round));
        let mut workers = JoinSet::new();
        for worker in 0..3 {
            let queue = Arc::clone(&queue);
            workers.spawn(async move {
                let taken = queue.take(20, at, LEASE).await.unwrap();
                // Every third one dies, before or after it has said that it's done with half of them.
                let said = if worker == 0 { taken.len() / 2 } else { taken.len() };
                let keys: Vec<_> = taken.iter().take(said).map(|taken| taken.job.key()).collect();
                let outcomes: Vec<_> = keys.iter().map(|key| (key.clone(), JobOutcome::Done)).collect();
                queue.finish(&outcomes).await.unwrap();
                keys
            });
        }
        for key in workers.join_all().await.into_iter().flatten() {
            *done.entry(key).or_default() += 1;
        }
    }
    assert_eq!(done.len(), all.len());
    assert!(done.values().all(|times| *times == 1));
    assert_eq!(queue.list(JobFilter::All, 10).await.unwrap(), []);
    let left: Vec<String> = raw(&config, cmd("KEYS").arg(format!("{}:jobs:*", config.prefix))).await;
    assert_eq!(left, [format!("{}:jobs:last", config.prefix)]);
}

#[tokio::test]
async fn a_job_of_a_newer_version_waits_and_the_others_are_taken() {
    let config = config();
    let queue = RedisJobQueue::new(&Redis::new(&config).unwrap());
    let jobs = jobs(2);
    queue.enqueue(&jobs, now()).await.unwrap();
    let bodies = format!("{}:jobs:bodies", config.prefix);
    let first = format!("{:016}", 1);
    let body: String = raw(&config, cmd("HGET").arg(&bodies).arg(&first)).await;
    let () = raw(&config, cmd("HSET").arg(&bodies).arg(&first).arg(body.replace("COUNT_STATS", "NEW"))).await;

    let taken = queue.take(100, now(), LEASE).await.unwrap();
    assert_eq!(taken.into_iter().map(|taken| taken.job).collect::<Vec<_>>(), jobs[1..]);
    let listed = queue.list(JobFilter::All, 100).await.unwrap();
    assert_eq!(listed.into_iter().map(|view| view.job).collect::<Vec<_>>(), jobs[1..]);

    let () = raw(&config, cmd("HSET").arg(&bodies).arg(&first).arg(body)).await;
    assert_eq!(queue.take(100, now() + LEASE * 2, LEASE).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_without_places_has_none() {
    let queue = RedisJobQueue::new(&Redis::new(&config()).unwrap());
    queue.enqueue(&jobs(2), now()).await.unwrap();
    assert_eq!(queue.list(JobFilter::All, 0).await.unwrap(), []);
    assert_eq!(queue.take(0, now(), LEASE).await.unwrap(), []);
}
