//! The end of the day, on several workers, on none, and on one that dies of it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use testkit::{Cluster, within};

use crate::GOFORME;
use crate::due_plans::DuePlans;
use crate::size::sized;

const DAY: Duration = Duration::from_hours(24);

/// How long a night may take here.
const NIGHT: Duration = Duration::from_mins(5);

/// What time it is in Seoul, by the clock of the cluster.
async fn now(cluster: &Cluster) -> NaiveDateTime {
    let now: DateTime<Utc> = cluster.nodes[0].now().await.parse().unwrap();
    now.naive_utc() + TimeDelta::hours(9)
}

/// A cluster whose clock says noon in Seoul and which has run the schedule of that day; and the next day.
async fn at_noon(workers: usize) -> (Cluster, NaiveDate) {
    let builder = Cluster::builder(GOFORME).workers(workers).env("ACCESS_TOKEN_TTL", "1y");
    let cluster = builder.env("REFRESH_TOKEN_TTL", "1y").start().await;
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let wait = (noon - now(&cluster).await.time() + TimeDelta::days(1)).num_seconds() % (24 * 3600);
    cluster.advance_clock(Duration::from_secs(wait.unsigned_abs())).await;
    let today = now(&cluster).await.date();
    schedule_is_done(&cluster, today).await;
    (cluster, today + Days::new(1))
}

/// Which workers have begun the schedule of a day, as often as they have.
fn who_began(cluster: &Cluster, day: NaiveDate) -> Vec<usize> {
    let begins = format!("the daily schedule begins schedule.day={day}");
    let times = |log: String| log.lines().filter(|line| line.contains(&begins)).count();
    let logs = cluster.workers.iter().enumerate();
    logs.flat_map(|(at, worker)| std::iter::repeat_n(at, times(worker.log()))).collect()
}

/// Waits until the schedule of a day is done. Nothing but the log tells if there is nothing to do.
async fn schedule_is_done(cluster: &Cluster, day: NaiveDate) {
    let done = format!("the daily schedule is done schedule.day={day}");
    within(NIGHT, &done, || async { cluster.log().contains(&done).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_workers_at_midnight_one_runs_the_schedule() {
    let (cluster, tomorrow) = at_noon(2).await;
    let due = DuePlans::on(&cluster, tomorrow, sized(400, 2_000)).await;
    cluster.advance_clock(DAY).await;
    schedule_is_done(&cluster, tomorrow).await;
    due.are_done(&cluster).await;
    assert_eq!(who_began(&cluster, tomorrow).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_midnight_at_which_no_worker_was_up_is_made_up_for_by_the_first_that_starts() {
    let (mut cluster, tomorrow) = at_noon(2).await;
    let due = DuePlans::on(&cluster, tomorrow, 200).await;
    assert!(cluster.workers[0].stop().await.success());
    cluster.workers[1].kill9();
    cluster.advance_clock(DAY).await;
    for worker in &mut cluster.workers {
        worker.restart().await;
    }
    schedule_is_done(&cluster, tomorrow).await;
    due.are_done(&cluster).await;
    assert_eq!(who_began(&cluster, tomorrow).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_dies_in_the_middle_of_the_night_is_replaced() {
    let (mut cluster, tomorrow) = at_noon(2).await;
    let due = DuePlans::on(&cluster, tomorrow, sized(1_000, 4_000)).await;
    cluster.advance_clock(DAY).await;
    within(NIGHT, "a part of the night is over", || async {
        due.states(&cluster).await.contains("OVERDUE").then_some(())
    })
    .await;
    let began = who_began(&cluster, tomorrow);
    let [first] = began[..] else { panic!("{began:?} have begun") };
    cluster.workers[first].kill9();
    let states = due.states(&cluster).await;
    assert!(states.contains("PENDING"), "the night was over too soon: {states}");
    let died = Instant::now();
    within(Duration::from_secs(10), "the other takes over", || async {
        who_began(&cluster, tomorrow).contains(&(1 - first)).then_some(())
    })
    .await;
    println!("taken over after {:?}; by then {states}", died.elapsed());
    schedule_is_done(&cluster, tomorrow).await;
    due.are_done(&cluster).await;
    cluster.workers[first].restart().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_due_plans_in_one_night_need_little_memory() {
    /// KiB; a debug build, which needs more than a release.
    const LITTLE: u64 = 100 * 1024;
    let (cluster, tomorrow) = at_noon(1).await;
    let count = sized(1_000, 10_000);
    let due = DuePlans::on(&cluster, tomorrow, count).await;
    let before = cluster.workers[0].peak_memory();
    let began = Instant::now();
    cluster.advance_clock(DAY).await;
    schedule_is_done(&cluster, tomorrow).await;
    let scheduled = began.elapsed();
    due.are_done(&cluster).await;
    let peak = cluster.workers[0].peak_memory();
    println!(
        "{count} plans: the schedule took {scheduled:?}, all that follows {:?}; the worker's peak was {} KiB, {peak} \
         KiB in the end",
        began.elapsed(),
        before,
    );
    assert!(peak < LITTLE, "{peak} KiB");
}
