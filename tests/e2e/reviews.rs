//! Reviews of completed trips.

use serde_json::{Value, json};
use testkit::{Answer, Guest, Plan, TestApp, Trip, User};

use crate::GOFORME;
use crate::pattern::{ID, Like, TIME, each};

async fn review(app: &TestApp, by: &User, maker: &str, plan: &str, rating: Value) -> Answer {
    let body = json!({ "makerId": maker, "planId": plan, "rating": rating, "content": "Lovely." });
    app.post("/reviews", by, body).await
}

async fn completed_trip(app: &TestApp) -> Trip {
    let trip = app.confirmed_trip(10).await;
    app.complete(&trip.dreamer, &trip.plan).await;
    trip
}

/// Another trip of the same two that is over.
async fn next_trip(app: &TestApp, trip: &Trip) -> Plan {
    app.charge(&trip.dreamer, 10).await;
    let plan = app.post_plan(&trip.dreamer).await;
    let quote = app.send_quote(&trip.maker, &plan, 10).await;
    app.confirm(&trip.dreamer, &quote).await;
    app.complete(&trip.dreamer, &plan).await;
    plan
}

#[tokio::test]
async fn a_completed_trip_is_reviewed_once() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, plan, .. } = completed_trip(&app).await;
    let written = review(&app, &dreamer, &maker.id, &plan.id, json!(4)).await.expect(201);
    written.is_like(&json!({
        "id": ID, "writerId": dreamer.id, "ownerId": maker.id, "planId": plan.id, "rating": 4,
        "content": "Lovely.", "createdAt": TIME, "updatedAt": TIME,
    }));
    review(&app, &dreamer, &maker.id, &plan.id, json!(5)).await.expect_refusal(409, "REVIEW_EXISTS");
}

#[tokio::test]
async fn a_review_needs_a_completed_trip_of_ones_own_with_that_maker() {
    let app = TestApp::start(GOFORME).await;
    let Trip { dreamer, maker, plan, .. } = app.confirmed_trip(10).await;
    let not_yet = review(&app, &dreamer, &maker.id, &plan.id, json!(5)).await;
    not_yet.expect_refusal(400, "REVIEW_NOT_ALLOWED");
    let pending = app.post_plan(&dreamer).await;
    let refused = review(&app, &dreamer, &maker.id, &pending.id, json!(5)).await;
    refused.expect_refusal(400, "REVIEW_NOT_ALLOWED");
    app.complete(&dreamer, &plan).await;
    let stranger = app.sign_up_dreamer().await;
    let refused = review(&app, &stranger, &maker.id, &plan.id, json!(5)).await;
    refused.expect_refusal(400, "REVIEW_NOT_ALLOWED");
    let other_maker = app.sign_up_maker("SEOUL").await;
    let refused = review(&app, &dreamer, &other_maker.id, &plan.id, json!(5)).await;
    refused.expect_refusal(400, "REVIEW_NOT_ALLOWED");
    let unknown = "01890000-0000-7000-8000-000000000000";
    review(&app, &dreamer, &maker.id, unknown, json!(5)).await.expect_refusal(404, "PLAN_NOT_FOUND");
    review(&app, &maker, &maker.id, &plan.id, json!(5)).await.expect_refusal(403, "ROLE_FORBIDDEN");
    for (maker, plan) in [("x", plan.id.as_str()), (maker.id.as_str(), "x")] {
        review(&app, &dreamer, maker, plan, json!(5)).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    for bad in [json!(0), json!(6), json!(-1), json!(4.5), json!("5"), Value::Null] {
        review(&app, &dreamer, &maker.id, &plan.id, bad).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    review(&app, &dreamer, &maker.id, &plan.id, json!(1)).await.expect(201);
}

#[tokio::test]
async fn a_dreamer_finds_their_reviews_also_after_the_plan_was_deleted() {
    let app = TestApp::start(GOFORME).await;
    let trip = completed_trip(&app).await;
    let second = next_trip(&app, &trip).await;
    for (plan, rating) in [(&trip.plan, 3), (&second, 5)] {
        review(&app, &trip.dreamer, &trip.maker.id, &plan.id, json!(rating)).await.expect(201);
    }
    app.delete(&format!("/plans/{}", second.id), &trip.dreamer).await.expect(204);
    let entry = |rating: i64| {
        json!({
            "id": ID, "createdAt": TIME, "rating": rating, "content": "Lovely.",
            "owner": { "nickName": trip.maker.nick_name, "makerProfile": { "image": "DEFAULT_2" } },
            "plan": {
                "tripType": "FOOD_TOUR", "tripDate": "2099-05-05T15:00:00.000Z",
                "quotes": [{ "price": 10, "isAssigned": false }],
            },
        })
    };
    let list = app.get("/reviews/me", &trip.dreamer).await.expect(200);
    list.is_like(&json!({ "totalCount": 2, "list": [entry(5), entry(3)] }));
    let page = app.get("/reviews/me?page=2&pageSize=1", &trip.dreamer).await.expect(200);
    page.is_like(&json!({ "totalCount": 2, "list": [entry(3)] }));
    let of_maker = app.get(&format!("/reviews/{}", trip.maker.id), &Guest).await.expect(200);
    assert_eq!(of_maker["totalCount"], json!(2));
    app.get("/reviews/me", &trip.maker).await.expect_refusal(403, "ROLE_FORBIDDEN");
    app.get("/reviews/me", &Guest).await.expect_refusal(401, "TOKEN_MISSING");
}

#[tokio::test]
async fn the_reviews_of_a_maker_are_shown_to_everybody_with_how_often_each_rating_was_given() {
    let app = TestApp::start(GOFORME).await;
    let trip = completed_trip(&app).await;
    review(&app, &trip.dreamer, &trip.maker.id, &trip.plan.id, json!(5)).await.expect(201);
    for rating in [5, 2, 5, 4, 5, 1] {
        let plan = next_trip(&app, &trip).await;
        review(&app, &trip.dreamer, &trip.maker.id, &plan.id, json!(rating)).await.expect(201);
    }
    let path = format!("/reviews/{}", trip.maker.id);
    let first = app.get(&path, &Guest).await.expect(200);
    let writer = json!({ "nickName": trip.dreamer.nick_name });
    let entry = json!({ "id": ID, "createdAt": TIME, "rating": 1, "content": "Lovely.", "writer": writer });
    assert_eq!(first["totalCount"], json!(7));
    first["list"][0].is_like(&entry);
    let mut groups = first["groupByCount"].as_array().unwrap().clone();
    groups.sort_by_key(|group| group["rating"].as_i64());
    let group = |rating: i64, count: i64| json!({ "rating": rating, "count": count });
    assert_eq!(groups, [group(1, 1), group(2, 1), group(4, 1), group(5, 4)]);
    let second = app.get(&format!("{path}?page=2"), &trip.maker).await.expect(200);
    let ratings: Vec<i64> = [&first, &second]
        .iter()
        .flat_map(|page| each(&page["list"], "rating"))
        .map(|rating| rating.as_i64().unwrap())
        .collect();
    assert_eq!(ratings, [1, 5, 4, 5, 2, 5, 5]);
    for unknown in ["01890000-0000-7000-8000-000000000000", "x", &trip.dreamer.id] {
        let none = app.get(&format!("/reviews/{unknown}"), &Guest).await.expect(200);
        assert_eq!(none.json, json!({ "totalCount": 0, "groupByCount": [], "list": [] }));
    }
}
