//! Dreamers follow Makers.

use serde_json::{Value, json};
use testkit::{Guest, TestApp, User};

use crate::GOFORME;
use crate::pattern::{ID, Like, TIME, maker_card};

fn body(maker: &User) -> Value {
    json!({ "makerId": maker.id })
}

#[tokio::test]
async fn a_dreamer_follows_a_maker_once_and_ceases_to_once() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    for _ in 0..2 {
        app.delete_with("/follow", &dreamer, body(&maker)).await.expect_refusal(400, "NOT_FOLLOWING");
        let followed = app.post("/follow", &dreamer, body(&maker)).await.expect(204);
        assert_eq!(followed.text, "");
        app.post("/follow", &dreamer, body(&maker)).await.expect_refusal(400, "ALREADY_FOLLOWING");
        let card = app.get(&format!("/users/maker/{}", maker.id), &dreamer).await.expect(200);
        assert_eq!(card["isFollowed"], json!(true));
        app.delete_with("/follow", &dreamer, body(&maker)).await.expect(204);
    }
}

#[tokio::test]
async fn only_makers_can_be_followed_and_only_by_dreamers() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let other_dreamer = app.sign_up_dreamer().await;
    for id in [&other_dreamer.id, &dreamer.id, "01890000-0000-7000-8000-000000000000"] {
        let refused = app.post("/follow", &dreamer, json!({ "makerId": id })).await;
        refused.expect_refusal(400, "MAKER_NOT_FOUND");
    }
    for bad in [json!({ "makerId": "x" }), json!({ "makerId": null }), json!({})] {
        app.post("/follow", &dreamer, bad.clone()).await.expect_refusal(400, "VALIDATION_FAILED");
        app.delete_with("/follow", &dreamer, bad).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    app.delete("/follow", &dreamer).await.expect_refusal(400, "VALIDATION_FAILED");
    app.post("/follow", &maker, body(&maker)).await.expect_refusal(403, "ROLE_FORBIDDEN");
    app.post("/follow", &Guest, body(&maker)).await.expect_refusal(401, "TOKEN_MISSING");
}

#[tokio::test]
async fn the_makers_whom_one_follows_are_listed_the_latest_first() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, other) = (app.sign_up_dreamer().await, app.sign_up_dreamer().await);
    let mut makers = Vec::new();
    for _ in 0..12 {
        let maker = app.sign_up_maker("JEJU").await;
        app.post("/follow", &dreamer, body(&maker)).await.expect(204);
        makers.insert(0, maker);
    }
    app.post("/follow", &other, body(&makers[0])).await.expect(204);
    for (path, expected) in [("/users/following", &makers[..10]), ("/users/following?page=2", &makers[10..])]
    {
        let entry = |maker: &User| {
            json!({
                "id": ID, "makerId": maker.id, "dreamerId": dreamer.id, "createdAt": TIME, "updatedAt": TIME,
                "maker": maker_card(maker, "JEJU"),
            })
        };
        let list: Vec<Value> = expected.iter().map(entry).collect();
        let page = app.get(path, &dreamer).await.expect(200);
        page.is_like(&json!({ "totalCount": 12, "list": list }));
        assert_eq!(page["list"][0]["maker"]["isFollowed"], json!(true));
    }
    let none = app.get("/users/following?page=3", &dreamer).await.expect(200);
    assert_eq!(none.json, json!({ "totalCount": 12, "list": [] }));
}
