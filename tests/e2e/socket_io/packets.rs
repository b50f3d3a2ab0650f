//! What Socket.IO says: who is let in, and which packets are obeyed, ignored or refused.

use serde_json::{Value, json};
use testkit::{TestApp, eventually};
use tokio_tungstenite::tungstenite::Message;

use super::wire::{Poller, Wire, after};
use crate::GOFORME;
use crate::pattern::{Like, TEXT};

#[tokio::test]
async fn a_token_opens_the_main_namespace() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let bearer = format!("Bearer {}", user.token);
    for (headers, connect) in [
        (vec![], format!("40{}", json!({ "token": user.token, "else": [1] }))),
        // The main namespace may be named.
        (vec![], format!("40/,{}", json!({ "token": user.token }))),
        (vec![("authorization", bearer.as_str())], "40".to_owned()),
        (vec![("authorization", bearer.as_str())], "40{}".to_owned()),
        (vec![("authorization", bearer.as_str())], r#"40{"token":""}"#.to_owned()),
        (vec![("authorization", bearer.as_str())], r#"40{"token":null}"#.to_owned()),
        // What the client says itself goes first.
        (vec![("authorization", "Bearer bad")], format!("40{}", json!({ "token": user.token }))),
    ] {
        let (mut wire, open) = Wire::begin_with(&app, &headers).await;
        wire.say(&connect).await;
        let answer = after("40", &wire.hear().await);
        assert!(answer["sid"].is_string() && answer["sid"] != open["sid"], "a name of its own: {answer}");
        assert!(answer.get("pid").is_none(), "nothing is recovered");
        wire.is_alive().await;
    }
}

#[tokio::test]
async fn whoever_has_no_good_token_is_told_why_and_closed() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let gone = app.sign_up_dreamer().await;
    app.post("/auth/logout", &gone, json!({})).await;
    eventually("the session has ended", || async {
        (app.get("/users/me", &gone).await.status == 401).then_some(())
    })
    .await;
    let token = |token: &Value| format!("40{}", json!({ "token": token }));
    for (connect, header, code) in [
        ("40".to_owned(), "", "TOKEN_MISSING"),
        ("40".to_owned(), "Bearer ", "TOKEN_MISSING"),
        ("40".to_owned(), "Basic abc", "TOKEN_INVALID"),
        (token(&json!("bad")), "", "TOKEN_INVALID"),
        (token(&json!(7)), "", "TOKEN_INVALID"),
        (token(&json!({ "a": 1 })), "", "TOKEN_INVALID"),
        (token(&json!(user.refresh_token)), "", "TOKEN_INVALID"),
        (token(&json!(gone.token)), "", "SESSION_ENDED"),
    ] {
        let headers = [("authorization", header), ("accept-language", "en")];
        let headers = if header.is_empty() { &headers[1..] } else { &headers[..] };
        let (mut wire, _) = Wire::begin_with(&app, headers).await;
        wire.say(&connect).await;
        let refused = after("44", &wire.hear().await);
        refused.is_like(&json!({ "message": TEXT, "data": { "statusCode": 401, "code": code } }));
        assert!(refused["message"].as_str().unwrap().is_ascii(), "in the language of the client: {refused}");
        assert_eq!(wire.closed().await, (Some(4401), vec![]), "{connect} {header}");
    }
    let poller = Poller::begin(&app).await;
    poller.push("40{\"token\":\"bad\"}").await.expect(200);
    let mut heard = poller.poll().await.expect(200).text;
    if !heard.ends_with("\x1e1") {
        heard = format!("{heard}\x1e{}", poller.poll().await.expect(200).text);
    }
    assert!(heard.starts_with("44{") && heard.ends_with("\x1e1"), "{heard}");
    poller.is_gone().await;
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let app = TestApp::builder(GOFORME).env("ACCESS_TOKEN_TTL", "1h").start().await;
    let user = app.sign_up_dreamer().await;
    app.advance_clock(std::time::Duration::from_secs(3601)).await;
    let (mut wire, _) = Wire::begin(&app).await;
    wire.say(&format!("40{}", json!({ "token": user.token }))).await;
    assert_eq!(after("44", &wire.hear().await)["data"]["code"], "TOKEN_EXPIRED");
}

#[tokio::test]
async fn there_is_no_other_namespace_and_asking_for_one_does_no_harm() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let (mut wire, _) = Wire::begin(&app).await;
    for (connect, refused) in [
        ("40/random,", r#"44/random,{"message":"Invalid namespace"}"#),
        ("40/random", r#"44/random,{"message":"Invalid namespace"}"#),
        (r#"40/a/b?c=d,{"token":"x"}"#, r#"44/a/b?c=d,{"message":"Invalid namespace"}"#),
    ] {
        wire.say(connect).await;
        assert_eq!(wire.hear().await, refused);
    }
    wire.say(&format!("40{}", json!({ "token": user.token }))).await;
    after("40", &wire.hear().await);
    wire.say("40/random,").await;
    assert_eq!(wire.hear().await, r#"44/random,{"message":"Invalid namespace"}"#);
    wire.is_alive().await;
    for packet in [r#"42/random,["a"]"#, "41/random,", "43/random,1[]", "461-/random,1[]"] {
        let mut wire = Wire::join(&app, &user).await;
        wire.say(packet).await;
        assert_eq!(wire.closed().await, (Some(4400), vec![]), "{packet}");
    }
}

#[tokio::test]
async fn a_malformed_packet_closes_the_connection() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let again = format!("40{}", json!({ "token": user.token }));
    for packet in [
        again.as_str(),
        "40[]",
        "4abc",
        "4",
        "48",
        "44{\"message\":\"x\"}",
        "42",
        "42{}",
        "42[]",
        "42[null]",
        "42[{}]",
        "42[\"a\"",
        "42[\"disconnect\"]",
        "42[\"connect_error\"]",
        r#"42abc["a"]"#,
        r#"42-1["a"]"#,
        r#"4299999999999999999999["a"]"#,
        "43[]",
        "43abc[]",
        "431{}",
        "41{}",
        r#"45["a"]"#,
        r#"450-["a"]"#,
        r#"4511-["a"]"#,
        r#"45x-["a"]"#,
        "461-[]",
    ] {
        let mut wire = Wire::join(&app, &user).await;
        wire.say(packet).await;
        assert_eq!(wire.closed().await, (Some(4400), vec![]), "{packet}");
    }
}

#[tokio::test]
async fn whoever_has_not_said_who_they_are_says_nothing_else() {
    let app = TestApp::start(GOFORME).await;
    for packet in [
        r#"42["ClientToServerMessage",{}]"#,
        r#"421["ClientToServerMessage",{}]"#,
        r#"42/,["a"]"#,
        r#"451-["a",{"_placeholder":true,"num":0}]"#,
        "41",
        "430[]",
        "461-0[]",
        "44{\"message\":\"x\"}",
        "40{\"token\"",
    ] {
        let (mut wire, _) = Wire::begin(&app).await;
        wire.say(packet).await;
        assert_eq!(wire.closed().await, (Some(4400), vec![]), "{packet}");
    }
}

#[tokio::test]
async fn an_event_that_asks_for_an_answer_gets_one_by_its_number() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut wire = Wire::join(&app, &user).await;
    for (asked, answered) in [
        ("0", "0"),
        ("0", "0"),
        ("007", "7"),
        ("/,8", "8"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        wire.say(&format!(r#"42{asked}["ClientToServerMessage",{{}}]"#)).await;
        for prefix in ["42", "42", &format!("43{answered}")] {
            assert!(after(prefix, &wire.hear().await).is_array());
        }
    }
    // Nothing else has come.
    wire.is_alive().await;
}

#[tokio::test]
async fn what_nobody_listens_to_is_ignored() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut wire = Wire::join(&app, &user).await;
    for packet in [
        r#"42["typing",{"roomId":1}]"#,
        r#"42/,["typing"]"#,
        r#"4212["typing"]"#,
        "42[7]",
        r#"42["clienttoservermessage",{}]"#,
        "4317[]",
        "430[{\"ok\":true}]",
    ] {
        wire.say(packet).await;
    }
    wire.is_alive().await;
}

#[tokio::test]
async fn binary_packets_are_refused_and_their_attachments_skipped() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut wire = Wire::join(&app, &user).await;
    let attachment = || Message::binary([1, 2, 3].as_slice());
    let placeholder = |num: u8| json!({ "_placeholder": true, "num": num });
    wire.say(&format!("452-9{}", json!(["ClientToServerMessage", placeholder(0), placeholder(1)]))).await;
    for prefix in ["42", "42", "439"] {
        let heard = after(prefix, &wire.hear().await);
        let refused = if prefix == "439" { &heard[0] } else { &heard[1] };
        refused.is_like(&json!({ "statusCode": 400, "message": TEXT, "code": "BINARY_NOT_ACCEPTED" }));
    }
    wire.send(attachment()).await;
    wire.send(attachment()).await;
    wire.is_alive().await;
    // An answer with attachments is as welcome as any other.
    wire.say(&format!("461-9[{}]", placeholder(0))).await;
    wire.send(attachment()).await;
    wire.is_alive().await;

    wire.say(&format!("451-{}", json!(["a", placeholder(0)]))).await;
    wire.say("42[\"too early\"]").await;
    assert_eq!(wire.closed().await.0, Some(4400), "the attachment goes first");
    let mut wire = Wire::join(&app, &user).await;
    wire.send(attachment()).await;
    assert_eq!(wire.closed().await, (Some(4400), vec![]), "an attachment to nothing");
}

#[tokio::test]
async fn whoever_leaves_may_come_back_and_is_nobody_until_then() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let mut wire = Wire::join(&app, &user).await;
    wire.say("41").await;
    wire.say("40/still,").await;
    assert!(wire.hear().await.starts_with("44/still,"), "the connection stays");
    wire.say(&format!("40{}", json!({ "token": user.token }))).await;
    assert!(after("40", &wire.hear().await)["sid"].is_string());
    wire.is_alive().await;
    wire.say("41").await;
    wire.say(r#"42["ClientToServerMessage",{}]"#).await;
    assert_eq!(wire.closed().await, (Some(4400), vec![]));
}
