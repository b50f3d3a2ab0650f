//! What happens by itself, at midnight in Seoul.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use testkit::{Plan, TestApp, Trip, User, eventually};

use crate::calendar::{DAY, in_days, schedule_has_run, start_at_noon, today};
use crate::pattern::each;
use testkit::operator::{drained, ledger_is_clean};

/// A confirmed trip on this day, with an open room.
async fn trip_on(app: &TestApp, day: NaiveDate) -> (Trip, String) {
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.charge(&dreamer, 100).await;
    let plan = app.post_plan_like(&dreamer, json!({ "tripDate": day, "title": day.to_string() })).await;
    let quote = app.send_quote(&maker, &plan, 100).await;
    app.confirm(&dreamer, &quote).await;
    let trip = Trip { dreamer, maker, plan, quote };
    let room = app.room_of(&trip).await;
    (trip, room)
}

async fn status(app: &TestApp, plan: &Plan, viewer: &User) -> Value {
    app.get(&format!("/plans/{}", plan.id), viewer).await.expect(200)["status"].clone()
}

/// The clock goes on to the next noon, and the schedule of that day runs.
async fn next_day(app: &TestApp) {
    app.advance_clock(DAY).await;
    schedule_has_run(app).await;
    drained(app).await;
}

/// How often somebody was reminded of a trip.
async fn reminders(app: &TestApp, user: &User, plan: &Plan) -> usize {
    let list = app.get("/notifications", user).await.expect(200);
    let expected = (json!("SCHEDULE"), json!({ "planTitle": plan.json["title"] }));
    let told =
        each(&list.json, "event").into_iter().cloned().zip(each(&list.json, "payload").into_iter().cloned());
    told.filter(|told| *told == expected).count()
}

#[tokio::test]
async fn a_pending_plan_is_overdue_on_its_day() {
    let app = start_at_noon().await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let day = in_days(&app, 1).await;
    let due = app.post_plan_like(&dreamer, json!({ "tripDate": day })).await;
    let later = app.post_plan_like(&dreamer, json!({ "tripDate": day + Days::new(1) })).await;
    let quote = app.send_quote(&maker, &due, 10).await;
    next_day(&app).await;
    assert_eq!(status(&app, &due, &dreamer).await, "OVERDUE");
    assert_eq!(status(&app, &later, &dreamer).await, "PENDING");
    let confirm = json!({ "isConfirmed": true });
    let refused = app.patch(&format!("/quotes/{}/confirm", quote.id), &dreamer, confirm).await;
    refused.expect_refusal(400, "PLAN_NOT_PENDING");
    let other = app.sign_up_maker("SEOUL").await;
    let late = json!({ "price": 1, "content": "late" });
    let refused = app.post(&format!("/plans/{}/quotes", due.id), &other, late).await;
    refused.expect_refusal(400, "PLAN_NOT_PENDING");
    app.delete(&format!("/quotes/{}", quote.id), &maker).await.expect_refusal(400, "PLAN_NOT_PENDING");
    let lost = app.get("/quotes?isSent=false", &maker).await.expect(200);
    assert_eq!(each(&lost["list"], "id"), [&json!(quote.id)]);
    let open = app.get("/plans/maker", &other).await.expect(200);
    assert_eq!(each(&open["list"], "id"), [&json!(later.id)]);
    // Nobody is told that it is deleted now: it was not PENDING any more.
    app.delete(&format!("/plans/{}", due.id), &dreamer).await.expect(204);
    drained(&app).await;
    assert_eq!(app.get("/notifications", &maker).await.json, json!([]));
}

#[tokio::test]
async fn a_confirmed_plan_completes_seven_days_after_its_day() {
    let app = start_at_noon().await;
    let (Trip { dreamer, maker, plan, .. }, room) = trip_on(&app, in_days(&app, 1).await).await;
    app.advance_clock(6 * DAY).await;
    next_day(&app).await;
    // Six days after the trip.
    assert_eq!(status(&app, &plan, &dreamer).await, "CONFIRMED");
    assert_eq!(app.balance(&maker).await, 0);
    next_day(&app).await;
    assert_eq!(status(&app, &plan, &dreamer).await, "COMPLETED");
    assert_eq!(app.balance(&maker).await, 100);
    let shown = app.get(&format!("/chatRooms/{room}"), &maker).await.expect(200);
    assert_eq!(shown["isActive"], json!(false));
    let late = json!({ "type": "TEXT", "content": "late" });
    app.post(&format!("/chatRooms/{room}/chats"), &maker, late).await.expect_refusal(400, "ROOM_INACTIVE");
    let review = json!({ "makerId": maker.id, "planId": plan.id, "rating": 5, "content": "Good." });
    app.post("/reviews", &dreamer, review).await.expect(201);
    next_day(&app).await;
    assert_eq!(app.balance(&maker).await, 100);
    ledger_is_clean(&app).await;
}

#[tokio::test]
async fn a_trip_that_was_completed_by_hand_is_not_completed_again() {
    let app = start_at_noon().await;
    let (Trip { dreamer, maker, plan, .. }, _) = trip_on(&app, in_days(&app, 1).await).await;
    app.complete(&dreamer, &plan).await;
    app.advance_clock(9 * DAY).await;
    schedule_has_run(&app).await;
    drained(&app).await;
    assert_eq!(app.balance(&maker).await, 100);
}

#[tokio::test]
async fn both_members_are_reminded_the_day_before_exactly_once() {
    let mut app = start_at_noon().await;
    let (trip, _) = trip_on(&app, in_days(&app, 2).await).await;
    let (other, _) = trip_on(&app, in_days(&app, 3).await).await;
    let pending = app.post_plan_like(&trip.dreamer, json!({ "tripDate": in_days(&app, 2).await })).await;
    for user in [&trip.dreamer, &trip.maker] {
        assert_eq!(reminders(&app, user, &trip.plan).await, 0);
    }
    next_day(&app).await;
    for user in [&trip.dreamer, &trip.maker] {
        assert_eq!(reminders(&app, user, &trip.plan).await, 1);
    }
    assert_eq!(reminders(&app, &other.maker, &other.plan).await, 0);
    assert_eq!(reminders(&app, &trip.dreamer, &pending).await, 0);
    // Neither a restart nor the rest of the day nor the next one reminds anybody again.
    app.restart().await;
    app.advance_clock(Duration::from_hours(6)).await;
    next_day(&app).await;
    for (user, plan) in [(&trip.dreamer, &trip.plan), (&trip.maker, &trip.plan), (&other.maker, &other.plan)]
    {
        assert_eq!(reminders(&app, user, plan).await, 1);
    }
}

#[tokio::test]
async fn a_midnight_that_was_missed_is_made_up_for_at_the_start() {
    let mut app = start_at_noon().await;
    let (tomorrow, _) = trip_on(&app, in_days(&app, 2).await).await;
    let (over, room) = trip_on(&app, today(&app).await).await;
    app.advance_clock(5 * DAY).await;
    schedule_has_run(&app).await;
    let day = in_days(&app, 1).await;
    let due = app.post_plan_like(&over.dreamer, json!({ "tripDate": day })).await;
    let (soon, _) = trip_on(&app, day + Days::new(2)).await;
    assert!(app.stop().await.success());
    app.advance_clock(2 * DAY).await;
    app.restart().await;
    eventually("the plan expires", || async {
        (status(&app, &due, &over.dreamer).await == "OVERDUE").then_some(())
    })
    .await;
    schedule_has_run(&app).await;
    drained(&app).await;
    assert_eq!(status(&app, &over.plan, &over.dreamer).await, "COMPLETED");
    assert_eq!(app.balance(&over.maker).await, 100);
    let shown = app.get(&format!("/chatRooms/{room}"), &over.maker).await.expect(200);
    assert_eq!(shown["isActive"], json!(false));
    assert_eq!(reminders(&app, &soon.dreamer, &soon.plan).await, 1);
    // Nobody is reminded of a trip that is over.
    assert_eq!(reminders(&app, &tomorrow.maker, &tomorrow.plan).await, 0);
    ledger_is_clean(&app).await;
}

#[tokio::test]
async fn the_day_begins_at_midnight_in_seoul_and_not_a_minute_earlier() {
    let app = start_at_noon().await;
    let dreamer = app.sign_up_dreamer().await;
    let plan = app.post_plan_like(&dreamer, json!({ "tripDate": in_days(&app, 1).await })).await;
    app.advance_clock(Duration::from_mins(12 * 60 - 5)).await;
    let before = app.log().lines().filter(|line| line.contains("the daily schedule begins")).count();
    assert_eq!(status(&app, &plan, &dreamer).await, "PENDING");
    // Noon may have been a fraction of a second early.
    app.advance_clock(Duration::from_secs(5 * 60 + 1)).await;
    schedule_has_run(&app).await;
    let after = app.log().lines().filter(|line| line.contains("the daily schedule begins")).count();
    assert_eq!((status(&app, &plan, &dreamer).await, after), (json!("OVERDUE"), before + 1));
}
