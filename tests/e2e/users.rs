//! One's own account, and Makers as everybody sees them.

use serde_json::{Value, json};
use testkit::people::{PASSWORD, maker_profile};
use testkit::{Guest, TestApp, User, eventually};

use crate::GOFORME;
use crate::pattern::{ID, Like, each, maker_card};

/// The nicknames in the list that a path answers, in its order.
async fn names(app: &TestApp, path: &str) -> Vec<String> {
    let found = app.get(path, &Guest).await.expect(200);
    each(&found["list"], "nickName").into_iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// A trip of this maker that is over, with a review.
async fn reviewed_trip(app: &TestApp, maker: &User, rating: i64) {
    let dreamer = app.sign_up_dreamer().await;
    app.charge(&dreamer, 10).await;
    let plan = app.post_plan(&dreamer).await;
    let quote = app.send_quote(maker, &plan, 10).await;
    app.confirm(&dreamer, &quote).await;
    app.complete(&dreamer, &plan).await;
    let review = json!({ "makerId": maker.id, "planId": plan.id, "rating": rating, "content": "Well." });
    app.post("/reviews", &dreamer, review).await.expect(201);
}

/// Waits until a maker's statistics are these.
async fn has_statistics(app: &TestApp, maker: &User, expected: Value) {
    eventually("the statistics are counted", || async {
        let card = app.get(&format!("/users/maker/{}", maker.id), &Guest).await.expect(200);
        let shown = expected.as_object()?.keys().map(|key| (key.clone(), card[key].clone())).collect();
        (Value::Object(shown) == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_account_can_be_changed_field_by_field() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let answer = app.patch("/users/update", &user, json!({ "nickName": "바다" })).await.expect(200);
    answer.is_like(&json!({ "id": user.id, "role": "DREAMER", "nickName": "바다", "coconut": 0 }));
    app.patch("/users/update", &user, json!({ "phoneNumber": "02-123" })).await.expect(200);
    app.get("/users/me", &user).await.expect(200).is_like(&json!({
        "id": ID, "role": "DREAMER", "nickName": "바다", "email": user.email, "phoneNumber": "02-123", "coconut": 0,
    }));
    app.patch("/users/update", &user, json!({})).await.expect(200).is_like(&json!({ "nickName": "바다" }));
}

#[tokio::test]
async fn a_taken_nickname_is_refused_but_ones_own_is_not() {
    let app = TestApp::start(GOFORME).await;
    let (user, other) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.patch("/users/update", &user, json!({ "nickName": user.nick_name })).await.expect(200);
    let change = json!({ "nickName": other.nick_name, "phoneNumber": "02-123" });
    app.patch("/users/update", &user, change).await.expect_refusal(400, "NICKNAME_TAKEN");
    // All of it or nothing.
    app.get("/users/me", &user).await.is_like(&json!({ "phoneNumber": "010-1234-5678" }));
    // What one gives up is free for others.
    app.patch("/users/update", &other, json!({ "nickName": "바다" })).await.expect(200);
    app.patch("/users/update", &user, json!({ "nickName": other.nick_name })).await.expect(200);
}

#[tokio::test]
async fn a_new_password_needs_the_present_one() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let update = |body| app.patch("/users/update", &user, body);
    let new = "battery staple";
    update(json!({ "newPassword": new })).await.expect_refusal(400, "VALIDATION_FAILED");
    update(json!({ "newPassword": new, "password": "wrong" })).await.expect_refusal(400, "WRONG_PASSWORD");
    let short = json!({ "newPassword": "12345", "password": PASSWORD });
    update(short).await.expect_refusal(400, "VALIDATION_FAILED");
    // By itself the present one changes nothing.
    update(json!({ "password": PASSWORD, "nickName": "바다" })).await.expect(200);
    app.log_in(&user.email, PASSWORD).await;
    update(json!({ "newPassword": new, "password": PASSWORD })).await.expect(200);
    app.log_in(&user.email, new).await;
    let old = json!({ "email": user.email, "password": PASSWORD });
    app.post("/auth/login", &Guest, old).await.expect_refusal(400, "LOGIN_FAILED");
}

#[tokio::test]
async fn what_belongs_to_nobody_to_set_stays_as_it_is() {
    let app = TestApp::start(GOFORME).await;
    let (user, other) = (app.sign_up_dreamer().await, app.sign_up_dreamer().await);
    let before = app.get("/users/me", &user).await.json;
    let attempt = json!({
        "id": other.id, "role": "MAKER", "coconut": 1_000_000, "email": "x@example.com", "provider": "GOOGLE",
        "providerId": "1", "passwordHash": "x", "createdAt": "2001-01-01T00:00:00.000Z", "isDeleted": true,
    });
    app.patch("/users/update", &user, attempt).await.expect(200);
    assert_eq!(app.get("/users/me", &user).await.json, before);
    assert_eq!(app.balance(&user).await, 0);
}

#[tokio::test]
async fn a_maker_is_shown_to_everybody_and_nobody_else_is_one() {
    let app = TestApp::start(GOFORME).await;
    let (maker, dreamer) = (app.sign_up_maker("JEJU").await, app.sign_up_dreamer().await);
    let path = format!("/users/maker/{}", maker.id);
    let shown = app.get(&path, &Guest).await.expect(200);
    shown.is_like(&maker_card(&maker, "JEJU"));
    shown.is_like(&json!({
        "isFollowed": false, "averageRating": 0.0, "totalReviews": 0, "totalFollows": 0, "totalConfirms": 0,
    }));
    app.get(&path, &maker).await.expect(200).is_like(&json!({ "isFollowed": false }));
    for unknown in [&dreamer.id, "01890000-0000-7000-8000-000000000000", "x", "%00", "me"] {
        let refused = app.get(&format!("/users/maker/{unknown}"), &Guest).await;
        refused.expect_refusal(400, "MAKER_NOT_FOUND");
    }
}

#[tokio::test]
async fn statistics_follow_the_facts() {
    let app = TestApp::start(GOFORME).await;
    let (maker, dreamer) = (app.sign_up_maker("SEOUL").await, app.sign_up_dreamer().await);
    for rating in [5, 4, 4] {
        reviewed_trip(&app, &maker, rating).await;
    }
    app.post("/follow", &dreamer, json!({ "makerId": maker.id })).await.expect(204);
    let expected = json!({ "averageRating": 4.3, "totalReviews": 3, "totalFollows": 1, "totalConfirms": 3 });
    has_statistics(&app, &maker, expected).await;
    app.delete_with("/follow", &dreamer, json!({ "makerId": maker.id })).await.expect(204);
    has_statistics(&app, &maker, json!({ "totalFollows": 0, "totalReviews": 3 })).await;
}

#[tokio::test]
async fn makers_are_listed_by_what_they_are_sorted_by() {
    let app = TestApp::start(GOFORME).await;
    let mut makers = Vec::new();
    for ratings in [&[1, 2, 3][..], &[5], &[4, 5]] {
        let maker = app.sign_up_maker("SEOUL").await;
        for rating in ratings {
            reviewed_trip(&app, &maker, *rating).await;
        }
        has_statistics(
            &app,
            &maker,
            json!({ "totalReviews": ratings.len(), "totalConfirms": ratings.len() }),
        )
        .await;
        makers.push(maker.nick_name);
    }
    let [many, best, middle] = [&makers[0], &makers[1], &makers[2]].map(String::clone);
    assert_eq!(names(&app, "/users/makers").await, [&*many, &middle, &best]);
    assert_eq!(names(&app, "/users/makers?orderBy=REVIEWS").await, [&*many, &middle, &best]);
    assert_eq!(names(&app, "/users/makers?orderBy=RATINGS").await, [&*best, &middle, &many]);
    assert_eq!(names(&app, "/users/makers?orderBy=CONFIRMS").await, [&*many, &middle, &best]);
    app.get("/users/makers?orderBy=NAME", &Guest).await.expect_refusal(400, "VALIDATION_FAILED");
}

#[tokio::test]
async fn makers_are_found_by_area_type_and_name() {
    let app = TestApp::start(GOFORME).await;
    let mut profile = maker_profile("BUSAN");
    profile["serviceArea"] = json!(["BUSAN", "ULSAN"]);
    profile["serviceTypes"] = json!(["FESTIVAL"]);
    let busan = app.sign_up("MAKER", profile).await.nick_name;
    let seoul = app.sign_up_maker("SEOUL").await;
    app.patch("/users/update", &seoul, json!({ "nickName": "Namsan 100% 서울" })).await.expect(200);
    let (busan, seoul) = (busan.as_str(), "Namsan 100% 서울");
    for (query, mut expected) in [
        ("serviceArea=BUSAN", vec![busan]),
        ("serviceArea=JEJU", vec![]),
        ("serviceArea=SEOUL&serviceArea=ULSAN", vec![busan, seoul]),
        ("serviceType=FESTIVAL", vec![busan]),
        ("serviceType=SHOPPING&serviceArea=BUSAN", vec![]),
        ("keyword=NAMSAN", vec![seoul]),
        ("keyword=%EC%84%9C%EC%9A%B8", vec![seoul]),
        // Neither a wildcard nor the end of a statement.
        ("keyword=%25", vec![seoul]),
        ("keyword=_", vec![]),
        ("keyword='%20OR%201=1", vec![]),
        ("keyword=", vec![busan, seoul]),
    ] {
        let mut found = names(&app, &format!("/users/makers?{query}")).await;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    for bad in ["serviceArea=TOKYO", "serviceType=NAP", "serviceArea="] {
        let refused = app.get(&format!("/users/makers?{bad}"), &Guest).await;
        refused.expect_refusal(400, "VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn the_list_of_makers_knows_whom_the_caller_follows_and_counts_all_that_match() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    let mut makers = Vec::new();
    for _ in 0..7 {
        makers.push(app.sign_up_maker("SEOUL").await);
    }
    app.post("/follow", &dreamer, json!({ "makerId": makers[3].id })).await.expect(204);
    let (first, second) = ("/users/makers", "/users/makers?page=2");
    let pages = [app.get(first, &dreamer).await.expect(200), app.get(second, &dreamer).await.expect(200)];
    assert_eq!(pages.each_ref().map(|page| page["list"].as_array().unwrap().len()), [5, 2]);
    assert!(pages.iter().all(|page| page["totalCount"] == 7));
    let cards: Vec<&Value> = pages.iter().flat_map(|page| page["list"].as_array().unwrap()).collect();
    for card in &cards {
        assert_eq!(card["isFollowed"], json!(card["id"] == json!(makers[3].id)), "{card}");
    }
    let mut ids: Vec<&str> = cards.iter().map(|card| card["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    let guests = app.get("/users/makers?pageSize=100", &Guest).await.expect(200);
    assert!(each(&guests["list"], "isFollowed").into_iter().all(|followed| followed == &json!(false)));
}
