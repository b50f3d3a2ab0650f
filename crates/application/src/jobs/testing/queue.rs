//! What a queue of jobs promises.

use std::collections::HashSet;
use std::slice;
use std::sync::Arc;

use kernel::Timestamp;
use tokio::task::JoinSet;

use super::{LEASE, MOMENT, a_job, an_event, now};
use crate::jobs::job::{Job, JobKey, JobKind};
use crate::jobs::port::{JobFilter, JobOutcome, JobQueue, JobView, TakenJob};

/// The queue under test, empty.
pub type Queue = Arc<dyn JobQueue>;

const ERROR: &str = "the store could not answer: 연결이 끊겼습니다";

async fn enqueue(queue: &Queue, jobs: &[Job]) {
    queue.enqueue(jobs, now()).await.unwrap();
}

/// Takes what is due at `at`, fresh or not.
async fn take(queue: &Queue, limit: i64, at: Timestamp) -> Vec<Job> {
    let taken = queue.take(limit, at, LEASE).await.unwrap();
    taken.into_iter().map(|taken| taken.job).collect()
}

async fn finish(queue: &Queue, job: &Job, outcome: JobOutcome) {
    queue.finish(&[(job.key(), outcome)]).await.unwrap();
}

/// A job that was queued and taken, when there was no other to take.
async fn a_taken_job(queue: &Queue) -> Job {
    let job = a_job();
    enqueue(queue, slice::from_ref(&job)).await;
    assert_eq!(take(queue, 100, now()).await, slice::from_ref(&job));
    job
}

/// A job that was given up, when there was no other to take.
async fn a_parked_job(queue: &Queue) -> Job {
    let job = a_taken_job(queue).await;
    finish(queue, &job, JobOutcome::Parked { at: now(), tries: 5, error: ERROR.to_owned() }).await;
    job
}

async fn list(queue: &Queue, filter: JobFilter) -> Vec<Job> {
    queue.list(filter, 100).await.unwrap().into_iter().map(|view| view.job).collect()
}

pub async fn jobs_are_taken_as_and_in_the_order_they_were_queued(queue: Queue) {
    let jobs = [a_job(), a_job(), a_job(), a_job()];
    enqueue(&queue, &jobs[..2]).await;
    queue.enqueue(&jobs[2..], now() + MOMENT).await.unwrap();
    let taken = queue.take(100, now() + MOMENT, LEASE).await.unwrap();
    assert_eq!(taken, jobs.map(|job| TakenJob { job, tries: 0 }));
}

pub async fn no_more_jobs_are_taken_than_were_asked_for(queue: Queue) {
    let jobs = [a_job(), a_job(), a_job()];
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 2, now()).await, jobs[..2]);
    assert_eq!(take(&queue, 2, now()).await, jobs[2..]);
    assert_eq!(take(&queue, 2, now()).await, []);
}

pub async fn several_jobs_follow_from_one_event(queue: Queue) {
    let envelope = an_event();
    let jobs = [JobKind::OpenRoom, JobKind::Notify].map(|kind| Job { kind, envelope: envelope.clone() });
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, jobs);
    finish(&queue, &jobs[0], JobOutcome::Done).await;
    assert_eq!(list(&queue, JobFilter::All).await, jobs[1..]);
}

pub async fn a_key_that_waits_or_is_held_is_not_queued_again(queue: Queue) {
    let jobs = [a_job()];
    enqueue(&queue, &[jobs[0].clone(), jobs[0].clone()]).await;
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, jobs);
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, []);
    assert_eq!(list(&queue, JobFilter::All).await, jobs);
}

pub async fn a_key_that_was_given_up_is_not_queued_again(queue: Queue) {
    let job = a_parked_job(&queue).await;
    enqueue(&queue, slice::from_ref(&job)).await;
    assert_eq!(take(&queue, 100, now()).await, []);
    assert_eq!(list(&queue, JobFilter::Failed).await, [job]);
}

pub async fn a_key_that_many_queue_at_once_is_one_job(queue: Queue) {
    let job = a_job();
    let mut relays = JoinSet::new();
    for _ in 0..8 {
        let (queue, job) = (Arc::clone(&queue), job.clone());
        relays.spawn(async move { enqueue(&queue, &[job]).await });
    }
    relays.join_all().await;
    assert_eq!(take(&queue, 100, now()).await, [job]);
}

pub async fn runners_side_by_side_never_take_the_same_job(queue: Queue) {
    let jobs: Vec<Job> = (0..100).map(|_| a_job()).collect();
    enqueue(&queue, &jobs).await;
    let mut runners = JoinSet::new();
    for _ in 0..4 {
        runners.spawn(take_all(Arc::clone(&queue)));
    }
    let taken: Vec<JobKey> = runners.join_all().await.into_iter().flatten().collect();
    assert_eq!(taken.len(), jobs.len());
    assert_eq!(HashSet::from_iter(taken), jobs.iter().map(Job::key).collect::<HashSet<_>>());
}

async fn take_all(queue: Queue) -> Vec<JobKey> {
    let mut all = Vec::new();
    loop {
        let taken = take(&queue, 7, now()).await;
        if taken.is_empty() {
            return all;
        }
        all.extend(taken.iter().map(Job::key));
    }
}

pub async fn a_job_whose_lease_ran_out_is_taken_over(queue: Queue) {
    let jobs = [a_job()];
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, jobs);
    assert_eq!(take(&queue, 100, now() + LEASE - MOMENT).await, []);
    let taken_over = queue.take(100, now() + LEASE + MOMENT, LEASE).await.unwrap();
    assert_eq!(taken_over, jobs.map(|job| TakenJob { job, tries: 0 }));
    assert_eq!(take(&queue, 100, now() + LEASE + LEASE).await, []);
}

pub async fn a_job_that_is_held_for_longer_stays_with_its_holder(queue: Queue) {
    let jobs = [a_job(), a_job()];
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, jobs);
    let until = now() + LEASE + LEASE;
    queue.hold(&[jobs[0].key()], until).await.unwrap();
    assert_eq!(take(&queue, 100, until - MOMENT).await, jobs[1..]);
    assert_eq!(take(&queue, 100, until + MOMENT).await, jobs[..1]);
}

pub async fn a_job_that_is_done_is_forgotten(queue: Queue) {
    let jobs = [a_job(), a_job()];
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, jobs);
    finish(&queue, &jobs[0], JobOutcome::Done).await;
    assert_eq!(list(&queue, JobFilter::All).await, jobs[1..]);
    assert_eq!(take(&queue, 100, now() + LEASE + MOMENT).await, jobs[1..]);
}

/// Whoever was too slow, and had the job taken over and done by another, doesn't bring it back.
pub async fn a_job_that_is_gone_stays_gone(queue: Queue) {
    let job = a_taken_job(&queue).await;
    finish(&queue, &job, JobOutcome::Done).await;
    queue.hold(&[job.key()], now() + LEASE).await.unwrap();
    for outcome in [
        JobOutcome::Done,
        JobOutcome::Retry { at: now(), tries: 1, error: ERROR.to_owned() },
        JobOutcome::Parked { at: now(), tries: 5, error: ERROR.to_owned() },
    ] {
        finish(&queue, &job, outcome).await;
    }
    assert_eq!(queue.retry_parked(None, now()).await.unwrap(), 0);
    assert_eq!(take(&queue, 100, now() + LEASE + LEASE).await, []);
    assert_eq!(list(&queue, JobFilter::All).await, []);
}

pub async fn a_job_to_be_tried_again_comes_back_when_it_is_due(queue: Queue) {
    let job = a_taken_job(&queue).await;
    let at = now() + LEASE * 5;
    finish(&queue, &job, JobOutcome::Retry { at, tries: 2, error: ERROR.to_owned() }).await;

    assert_eq!(take(&queue, 100, at - MOMENT).await, []);
    let waiting = JobView {
        key: job.key(),
        job: job.clone(),
        tries: 2,
        due_at: Some(at),
        last_error: Some(ERROR.to_owned()),
    };
    assert_eq!(queue.list(JobFilter::All, 100).await.unwrap(), [waiting]);
    assert_eq!(queue.list(JobFilter::Failed, 100).await.unwrap(), []);
    assert_eq!(queue.take(100, at + MOMENT, LEASE).await.unwrap(), [TakenJob { job, tries: 2 }]);
}

pub async fn a_job_that_was_given_up_is_listed_and_not_taken(queue: Queue) {
    let job = a_parked_job(&queue).await;
    assert_eq!(take(&queue, 100, now() + LEASE * 1000).await, []);
    let parked = [JobView {
        key: job.key(),
        job: job.clone(),
        tries: 5,
        due_at: None,
        last_error: Some(ERROR.to_owned()),
    }];
    assert_eq!(queue.list(JobFilter::Failed, 100).await.unwrap(), parked);
    assert_eq!(queue.list(JobFilter::All, 100).await.unwrap(), parked);
}

pub async fn jobs_that_were_given_up_are_put_back_with_a_clean_slate(queue: Queue) {
    let jobs = [a_parked_job(&queue).await, a_parked_job(&queue).await];
    let at = now() + LEASE;
    assert_eq!(queue.retry_parked(None, at).await.unwrap(), 2);
    assert_eq!(queue.retry_parked(None, at).await.unwrap(), 0);
    let views = queue.list(JobFilter::All, 100).await.unwrap();
    let fresh =
        JobView { key: jobs[0].key(), job: jobs[0].clone(), tries: 0, due_at: Some(at), last_error: None };
    assert_eq!(views.first(), Some(&fresh));
    assert_eq!(list(&queue, JobFilter::Failed).await, []);
    let taken = queue.take(100, at, LEASE).await.unwrap();
    assert!(taken.iter().all(|taken| taken.tries == 0), "{taken:?}");
    assert_eq!(
        taken.into_iter().map(|taken| taken.job.key()).collect::<HashSet<_>>(),
        jobs.iter().map(Job::key).collect()
    );
}

pub async fn one_job_that_was_given_up_is_put_back_by_its_name(queue: Queue) {
    let jobs = [a_parked_job(&queue).await, a_parked_job(&queue).await];
    let waiting = [a_job()];
    enqueue(&queue, &waiting).await;
    for not_parked in [waiting[0].key(), a_job().key()] {
        assert_eq!(queue.retry_parked(Some(&not_parked), now()).await.unwrap(), 0);
    }
    assert_eq!(queue.retry_parked(Some(&jobs[1].key()), now()).await.unwrap(), 1);
    assert_eq!(list(&queue, JobFilter::Failed).await, jobs[..1]);
}

pub async fn jobs_are_listed_from_the_oldest(queue: Queue) {
    assert_eq!(list(&queue, JobFilter::All).await, []);
    let jobs = [a_job(), a_job(), a_job()];
    for (job, at) in jobs.iter().zip([now(), now() + MOMENT, now() + MOMENT * 2]) {
        queue.enqueue(slice::from_ref(job), at).await.unwrap();
    }
    assert_eq!(list(&queue, JobFilter::All).await, jobs);
    let two: Vec<_> = queue.list(JobFilter::All, 2).await.unwrap().into_iter().map(|view| view.key).collect();
    assert_eq!(two, [jobs[0].key(), jobs[1].key()]);
}

pub async fn outcomes_of_a_batch_are_recorded_together(queue: Queue) {
    let jobs = [a_job(), a_job(), a_job()];
    enqueue(&queue, &jobs).await;
    assert_eq!(take(&queue, 100, now()).await, jobs);
    let at = now() + LEASE;
    let outcomes = [
        (jobs[0].key(), JobOutcome::Parked { at, tries: 5, error: ERROR.to_owned() }),
        (jobs[1].key(), JobOutcome::Done),
        (jobs[2].key(), JobOutcome::Retry { at, tries: 1, error: ERROR.to_owned() }),
    ];
    queue.finish(&outcomes).await.unwrap();
    queue.finish(&[]).await.unwrap();
    assert_eq!(list(&queue, JobFilter::Failed).await, jobs[..1]);
    assert_eq!(take(&queue, 100, at).await, jobs[2..]);
}

/// Turns each case of the contract into a test of its own, against a future of a fresh
/// [`Queue`](crate::jobs::testing::Queue).
#[macro_export]
macro_rules! job_queue_contract {
    ($fresh_queue:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::jobs::testing::$case($fresh_queue.await).await; })*
    };
    ($fresh_queue:expr) => {
        $crate::job_queue_contract!($fresh_queue;
            jobs_are_taken_as_and_in_the_order_they_were_queued,
            no_more_jobs_are_taken_than_were_asked_for,
            several_jobs_follow_from_one_event,
            a_key_that_waits_or_is_held_is_not_queued_again,
            a_key_that_was_given_up_is_not_queued_again,
            a_key_that_many_queue_at_once_is_one_job,
            runners_side_by_side_never_take_the_same_job,
            a_job_whose_lease_ran_out_is_taken_over,
            a_job_that_is_held_for_longer_stays_with_its_holder,
            a_job_that_is_done_is_forgotten,
            a_job_that_is_gone_stays_gone,
            a_job_to_be_tried_again_comes_back_when_it_is_due,
            a_job_that_was_given_up_is_listed_and_not_taken,
            jobs_that_were_given_up_are_put_back_with_a_clean_slate,
            one_job_that_was_given_up_is_put_back_by_its_name,
            jobs_are_listed_from_the_oldest,
            outcomes_of_a_batch_are_recorded_together,
        );
    };
}
