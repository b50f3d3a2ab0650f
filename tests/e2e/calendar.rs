//! Days in Seoul, by the clock of the server under test.

use std::time::Duration;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use testkit::{TestApp, eventually};

use crate::GOFORME;

/// A day of the clock.
pub const DAY: Duration = Duration::from_hours(24);

fn seoul() -> FixedOffset {
    FixedOffset::east_opt(9 * 3600).unwrap()
}

/// A server whose clock says noon in Seoul and which has run the schedule of that day, so that no test
/// runs into midnight by accident. Nobody is logged out by moving the clock.
pub async fn start_at_noon() -> TestApp {
    let app = TestApp::builder(GOFORME).env("ACCESS_TOKEN_TTL", "1y").env("REFRESH_TOKEN_TTL", "1y");
    let app = app.start().await;
    to_noon(&app).await;
    schedule_has_run(&app).await;
    app
}

/// Waits until the schedule of the present day is done. Nothing but the log tells if there is nothing to do.
pub async fn schedule_has_run(app: &TestApp) {
    let done = format!("the daily schedule is done schedule.day={}", today(app).await);
    eventually(&done, || async { app.log().contains(&done).then_some(()) }).await;
}

/// Moves the clock to the next noon in Seoul.
pub async fn to_noon(app: &TestApp) {
    let now: DateTime<Utc> = app.now().await.parse().unwrap();
    let time = now.with_timezone(&seoul()).time();
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let wait = (noon - time + TimeDelta::days(1)).num_seconds() % (24 * 3600);
    app.advance_clock(Duration::from_secs(wait.unsigned_abs())).await;
}

/// The day that it is in Seoul.
pub async fn today(app: &TestApp) -> NaiveDate {
    let now: DateTime<Utc> = app.now().await.parse().unwrap();
    now.with_timezone(&seoul()).date_naive()
}

/// The day in so many days.
pub async fn in_days(app: &TestApp, days: u64) -> NaiveDate {
    today(app).await + Days::new(days)
}

/// How answers write a trip's day: its midnight in Seoul.
pub fn midnight(day: NaiveDate) -> String {
    let midnight = day.and_time(NaiveTime::MIN).and_local_timezone(seoul()).unwrap();
    midnight.to_utc().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
