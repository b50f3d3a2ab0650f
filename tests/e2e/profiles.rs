//! Profiles, which are of two kinds.

use serde_json::{Value, json};
use testkit::people::{dreamer_profile, maker_profile};
use testkit::{Guest, TestApp, User};

use crate::GOFORME;
use crate::pattern::{Like, TIME, moment};

/// Changes one field and checks that this and nothing else has changed.
async fn change(app: &TestApp, user: &User, field: &str, value: Value) {
    let mut expected = app.get("/profile", user).await.expect(200).json;
    let body = json!({ field: value });
    let answer = app.patch("/profile/update", user, body).await.expect(200);
    expected[field] = value;
    assert!(moment(&answer["updatedAt"]) >= moment(&expected["updatedAt"]));
    expected["updatedAt"] = answer["updatedAt"].clone();
    assert_eq!(answer.json, expected);
    assert_eq!(app.get("/profile", user).await.json, expected);
}

#[tokio::test]
async fn each_kind_of_profile_has_its_fields() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    for (user, mut profile) in [(&dreamer, dreamer_profile()), (&maker, maker_profile("SEOUL"))] {
        profile["userId"] = json!(user.id);
        profile["createdAt"] = json!(TIME);
        profile["updatedAt"] = json!(TIME);
        let shown = app.get("/profile", user).await.expect(200);
        shown.is_like(&profile);
        let fields = |value: &Value| value.as_object().unwrap().len();
        assert_eq!(fields(&shown.json), fields(&profile), "{}", shown.text);
    }
    app.get("/profile", &Guest).await.expect_refusal(401, "TOKEN_MISSING");
}

#[tokio::test]
async fn every_field_can_be_changed_by_itself() {
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    change(&app, &dreamer, "image", json!("DEFAULT_4")).await;
    change(&app, &dreamer, "serviceArea", json!(["JEJU", "SEOUL"])).await;
    change(&app, &dreamer, "tripTypes", json!(["CULTURE", "ACTIVITY"])).await;
    let maker = app.sign_up_maker("SEOUL").await;
    change(&app, &maker, "image", json!("DEFAULT_3")).await;
    change(&app, &maker, "serviceArea", json!(["GANGWON"])).await;
    change(&app, &maker, "serviceTypes", json!(["RELAXATION", "FESTIVAL"])).await;
    change(&app, &maker, "gallery", json!("https://example.com/새 사진")).await;
    change(&app, &maker, "description", json!("한 줄")).await;
    change(&app, &maker, "detailDescription", json!("여러\n줄 🏝️")).await;
    let card = app.get(&format!("/users/maker/{}", maker.id), &Guest).await.expect(200);
    card.is_like(&json!({ "image": "DEFAULT_3", "serviceArea": ["GANGWON"], "description": "한 줄" }));
}

#[tokio::test]
async fn fields_of_the_other_kind_and_of_nobody_are_ignored() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    for (user, attempt) in [
        (&dreamer, json!({ "gallery": "x", "description": "x", "serviceTypes": ["SHOPPING"] })),
        (&maker, json!({ "tripTypes": ["SHOPPING"] })),
        (
            &maker,
            json!({ "userId": dreamer.id, "createdAt": "2001-01-01T00:00:00.000Z", "averageRating": 5 }),
        ),
    ] {
        let mut before = app.get("/profile", user).await.json;
        let mut after = app.patch("/profile/update", user, attempt).await.expect(200).json;
        (before["updatedAt"], after["updatedAt"]) = (Value::Null, Value::Null);
        assert_eq!(before, after);
    }
}

#[tokio::test]
async fn what_no_profile_can_hold_is_refused_and_changes_nothing() {
    let app = TestApp::start(GOFORME).await;
    let maker = app.sign_up_maker("SEOUL").await;
    let before = app.get("/profile", &maker).await.json;
    for bad in [
        json!({ "image": "DEFAULT_5" }),
        json!({ "serviceArea": [] }),
        json!({ "serviceArea": ["SEOUL", "TOKYO"] }),
        json!({ "serviceTypes": "SHOPPING" }),
        json!({ "description": "" }),
        json!({ "description": "x".repeat(501) }),
        json!({ "gallery": 7, "description": "fine" }),
        json!({ "description": "fine", "detailDescription": "nul\u{0}" }),
    ] {
        app.patch("/profile/update", &maker, bad).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    assert_eq!(app.get("/profile", &maker).await.json, before);
}
