//! What happens when everybody asks at once: one wins, and the books are right.

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::people::{PASSWORD, dreamer_profile};
use testkit::{Answer, Guest, Quote, TestApp, Trip, User};

use crate::GOFORME;
use crate::pattern::each;
use testkit::operator::{drained, ledger_is_clean, statistics_are_right};

const MANY: usize = 50;

/// How many answers have this status.
fn with(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Fails the test unless one answer has the status `won` and all others are refused with `code`.
#[track_caller]
fn one_won(answers: &[Answer], won: u16, code: &str) {
    let lost = answers.iter().filter(|answer| answer["code"] == code).count();
    let statuses: Vec<(u16, &Value)> =
        answers.iter().map(|answer| (answer.status, &answer["code"])).collect();
    assert_eq!((with(answers, won), lost), (1, answers.len() - 1), "{statuses:?}");
}

async fn confirm(app: &TestApp, dreamer: &User, quote: &Quote) -> Answer {
    app.patch(&format!("/quotes/{}/confirm", quote.id), dreamer, json!({ "isConfirmed": true })).await
}

async fn makers(app: &TestApp, count: usize) -> Vec<User> {
    join_all((0..count).map(|_| app.sign_up_maker("SEOUL"))).await
}

async fn events(app: &TestApp, user: &User, event: &str) -> usize {
    let list = app.get("/notifications", user).await.expect(200);
    each(&list.json, "event").into_iter().filter(|told| *told == event).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_quotes_on_a_plan_that_are_confirmed_at_once_one_wins() {
    const PRICE: i64 = 7;
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    app.charge(&dreamer, 1_000).await;
    let plan = app.post_plan(&dreamer).await;
    let makers = makers(&app, MANY).await;
    let quotes = join_all(makers.iter().map(|maker| app.send_quote(maker, &plan, PRICE))).await;
    let answers = join_all(quotes.iter().map(|quote| confirm(&app, &dreamer, quote))).await;
    one_won(&answers, 200, "PLAN_NOT_PENDING");
    assert_eq!(app.balance(&dreamer).await, 1_000 - PRICE);
    let confirmed =
        app.get(&format!("/plans/{}/quotes?isConfirmed=true", plan.id), &dreamer).await.expect(200);
    assert_eq!(confirmed["totalCount"], json!(1));
    drained(&app).await;
    ledger_is_clean(&app).await;
    assert_eq!(app.get("/chatRooms", &dreamer).await.expect(200)["totalCount"], json!(1));
    assert_eq!(events(&app, &dreamer, "CONFIRM_QUOTE").await, 1);
    let rejected = join_all(makers.iter().map(|maker| events(&app, maker, "REJECT_QUOTE"))).await;
    assert_eq!(rejected.into_iter().sum::<usize>(), MANY - 1);
    statistics_are_right(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_balance_is_spent_once_however_many_plans_are_confirmed_at_once() {
    const PRICE: i64 = 10;
    const AFFORDABLE: usize = 9;
    let app = TestApp::start(GOFORME).await;
    let dreamer = app.sign_up_dreamer().await;
    app.charge(&dreamer, 95).await;
    let makers = makers(&app, 5).await;
    let quote = async |at: usize| {
        let plan = app.post_plan(&dreamer).await;
        app.send_quote(&makers[at % makers.len()], &plan, PRICE).await
    };
    let quotes = join_all((0..MANY).map(quote)).await;
    let answers = join_all(quotes.iter().map(|quote| confirm(&app, &dreamer, quote))).await;
    let broke = answers.iter().filter(|answer| answer["code"] == "COCONUTS_INSUFFICIENT").count();
    assert_eq!((with(&answers, 200), broke), (AFFORDABLE, MANY - AFFORDABLE));
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 400));
    assert_eq!(app.balance(&dreamer).await, 5);
    for (query, expected) in [("CONFIRMED", AFFORDABLE), ("PENDING", MANY - AFFORDABLE)] {
        let plans = app.get(&format!("/plans/dreamer?status={query}"), &dreamer).await.expect(200);
        assert_eq!(plans["totalCount"], json!(expected));
    }
    drained(&app).await;
    ledger_is_clean(&app).await;
    assert_eq!(app.get("/chatRooms", &dreamer).await.expect(200)["totalCount"], json!(AFFORDABLE));
    statistics_are_right(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_completed_many_times_at_once_is_credited_once() {
    let app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let payment = json!({
        "paymentId": "order-1", "orderName": "코코넛", "amount": 10_000, "method": "CARD", "currency": "KRW",
    });
    let registered = join_all((0..MANY).map(|_| app.post("/payments", &user, payment.clone()))).await;
    one_won(&registered, 201, "PAYMENT_ID_TAKEN");
    let id = registered.iter().find(|answer| answer.status == 201).unwrap().text_of("id");
    let complete = || app.post("/payments/complete", &user, json!({ "paymentId": id }));
    let completed = join_all((0..MANY).map(|_| complete())).await;
    assert_eq!(with(&completed, 201), MANY);
    assert!(completed.iter().all(|answer| answer.json == completed[0].json));
    assert_eq!(app.balance(&user).await, 100);
    assert_eq!(each(&app.get("/coconuts", &user).await.json, "event"), ["CHARGE"]);
    ledger_is_clean(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_newcomers_with_one_nickname_or_address_one_gets_it() {
    let app = TestApp::start(GOFORME).await;
    let sign_up = |nick_name: String, email: String| {
        let user = json!({
            "role": "DREAMER", "nickName": nick_name, "email": email, "password": PASSWORD, "phoneNumber": "010",
        });
        app.post("/auth/signup", &Guest, json!({ "user": user, "profile": dreamer_profile() }))
    };
    let named = join_all((0..20).map(|n| sign_up("바다".to_owned(), format!("n{n}@example.com")))).await;
    one_won(&named, 201, "NICKNAME_TAKEN");
    let addressed = join_all((0..20).map(|n| sign_up(format!("n{n}"), "one@example.com".to_owned()))).await;
    one_won(&addressed, 201, "EMAIL_TAKEN");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_users_who_take_one_nickname_one_gets_it() {
    let app = TestApp::start(GOFORME).await;
    let users = makers(&app, 10).await;
    let rename = |user| app.patch("/users/update", user, json!({ "nickName": "바다" }));
    one_won(&join_all(users.iter().map(rename)).await, 200, "NICKNAME_TAKEN");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_done_once_is_done_once() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    let plan = app.post_plan(&dreamer).await;
    let many = || 0..20;
    let path = format!("/plans/{}", plan.id);
    let [assign, quotes, complete] = ["assign", "quotes", "complete"].map(|part| format!("{path}/{part}"));
    let ask = |_| app.post(&assign, &dreamer, json!({ "assigneeId": maker.id }));
    one_won(&join_all(many().map(ask)).await, 201, "MAKER_ALREADY_ASKED");
    let quote = |_| app.post(&quotes, &maker, json!({ "price": 9, "content": "x" }));
    let sent = join_all(many().map(quote)).await;
    one_won(&sent, 201, "QUOTE_EXISTS");
    let quote = sent.into_iter().find(|answer| answer.status == 201).unwrap();
    let quote = Quote { id: quote.text_of("id"), price: 9, json: quote.json };
    app.charge(&dreamer, 100).await;
    let confirmed = join_all(many().map(|_| confirm(&app, &dreamer, &quote))).await;
    one_won(&confirmed, 200, "PLAN_NOT_PENDING");
    let complete = |_| app.patch(&complete, &dreamer, json!({}));
    one_won(&join_all(many().map(complete)).await, 200, "PLAN_NOT_CONFIRMED");
    let review = json!({ "makerId": maker.id, "planId": plan.id, "rating": 4, "content": "x" });
    let reviews = join_all(many().map(|_| app.post("/reviews", &dreamer, review.clone()))).await;
    one_won(&reviews, 201, "REVIEW_EXISTS");
    let follow = || app.post("/follow", &dreamer, json!({ "makerId": maker.id }));
    one_won(&join_all(many().map(|_| follow())).await, 204, "ALREADY_FOLLOWING");
    let delete = |_| app.delete(&path, &dreamer);
    one_won(&join_all(many().map(delete)).await, 204, "PLAN_NOT_FOUND");
    assert_eq!((app.balance(&dreamer).await, app.balance(&maker).await), (91, 9));
    drained(&app).await;
    for (user, event) in [
        (&maker, "ARRIVE_REQUEST"),
        (&dreamer, "ARRIVE_QUOTE"),
        (&maker, "CONFIRM_REQUEST"),
        (&dreamer, "CONFIRM_QUOTE"),
    ] {
        assert_eq!(events(&app, user, event).await, 1, "{event}");
    }
    ledger_is_clean(&app).await;
    statistics_are_right(&app).await;
}

/// A plan that is deleted, its quote taken back and confirmed, all at once.
async fn everything_at_once(app: &TestApp, dreamer: &User, maker: &User) -> [Answer; 3] {
    let plan = app.post_plan(dreamer).await;
    let quote = app.send_quote(maker, &plan, 10).await;
    let (plan_path, quote_path) = (format!("/plans/{}", plan.id), format!("/quotes/{}", quote.id));
    let answers = tokio::join!(
        app.delete(&plan_path, dreamer),
        app.delete(&quote_path, maker),
        confirm(app, dreamer, &quote),
    );
    answers.into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_is_deleted_and_confirmed_at_once_is_one_or_the_other() {
    let app = TestApp::start(GOFORME).await;
    let (dreamer, maker) = (app.sign_up_dreamer().await, app.sign_up_maker("SEOUL").await);
    app.charge(&dreamer, 500).await;
    let outcomes = join_all((0..MANY).map(|_| everything_at_once(&app, &dreamer, &maker))).await;
    let mut spent = 0;
    for answers in outcomes {
        let [deleted, withdrawn, confirmed] = answers.each_ref().map(|answer| answer.status < 300);
        let all = answers.each_ref().map(|answer| (answer.status, &answer["code"]));
        assert!(!(confirmed && deleted), "confirmed and deleted: {all:?}");
        assert!(!(confirmed && withdrawn), "confirmed and taken back: {all:?}");
        assert!(all.iter().all(|(status, _)| *status < 500), "{all:?}");
        spent += i64::from(confirmed) * 10;
    }
    assert_eq!(app.balance(&dreamer).await, 500 - spent);
    drained(&app).await;
    ledger_is_clean(&app).await;
    statistics_are_right(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_sent_at_once_each_get_a_number_of_their_own() {
    let app = TestApp::builder(GOFORME).env("CHAT_MESSAGE_LIMIT", "1000").start().await;
    let trip = app.confirmed_trip(10).await;
    let room = app.room_of(&trip).await;
    let Trip { dreamer, maker, .. } = &trip;
    let path = format!("/chatRooms/{room}/chats");
    let say = |n: usize| {
        let by = if n.is_multiple_of(2) { dreamer } else { maker };
        app.post(&path, by, json!({ "type": "TEXT", "content": n.to_string() }))
    };
    let sent = join_all((0..MANY).map(say)).await;
    assert_eq!(with(&sent, 201), MANY);
    let list = app.get(&format!("{path}?pageSize=100"), dreamer).await.expect(200);
    let seqs: Vec<i64> = each(&list["list"], "seq").into_iter().map(|seq| seq.as_i64().unwrap()).collect();
    assert_eq!(seqs.len(), MANY);
    assert!(seqs.is_sorted_by(|one, next| one > next), "{seqs:?}");
    let client_message_id = "01890000-0000-7000-8000-00000000abcd";
    let body = json!({ "type": "TEXT", "content": "once", "clientMessageId": client_message_id });
    let repeated = join_all((0..MANY).map(|_| app.post(&path, dreamer, body.clone()))).await;
    assert!(repeated.iter().all(|answer| answer.status == 201 && answer.json == repeated[0].json));
    assert_eq!(app.get(&path, maker).await.expect(200)["totalCount"], json!(MANY + 1));
}
