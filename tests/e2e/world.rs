//! A world in which every route has something to act on: people who are strangers to each other, and a
//! trip of two of them at whatever stage a route needs.

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::people::{PASSWORD, dreamer_profile};
use testkit::trips::a_plan;
use testkit::{Plan, Quote, TestApp, Trip, User, eventually};

/// A picture.
const JPEG: &[u8] = include_bytes!("files/pixel.jpg");

/// Who there is.
#[derive(Debug, Clone)]
pub struct People {
    /// Whose plan it is.
    pub owner: User,
    /// Whose quote it is.
    pub host: User,
    /// A Dreamer who has nothing to do with it.
    pub dreamer: User,
    /// A Maker who has nothing to do with it.
    pub maker: User,
}

/// How far the trip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The host was asked and has quoted.
    Pending,
    /// The quote is confirmed and the room open.
    Confirmed,
    /// The trip is over.
    Completed,
}

/// What there is to act on. What a stage doesn't have is an id that nobody knows.
#[derive(Debug, Clone)]
pub struct Things {
    pub plan: String,
    pub quote: String,
    pub room: String,
    /// The owner's text in the room.
    pub message: String,
    /// The owner's picture in the room.
    pub file: String,
    /// The owner's payment, not yet completed.
    pub payment: String,
    /// A notification to the owner.
    pub notification: String,
    host: String,
    maker: String,
    owner_email: String,
}

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// A number that was not used before.
fn fresh() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

impl People {
    /// Signs all of them up.
    pub async fn arrive(app: &TestApp) -> Self {
        Self {
            owner: app.sign_up_dreamer().await,
            host: app.sign_up_maker("SEOUL").await,
            dreamer: app.sign_up_dreamer().await,
            maker: app.sign_up_maker("SEOUL").await,
        }
    }
}

impl Things {
    /// New things for a route. Those that take time are made only if the route is about them.
    pub async fn at(app: &TestApp, people: &People, stage: Stage, path: &str) -> Self {
        let People { owner, host, maker, .. } = people;
        let nobody = || NOBODY.to_owned();
        let mut things = Self {
            plan: nobody(),
            quote: nobody(),
            room: nobody(),
            message: nobody(),
            file: nobody(),
            payment: app.post("/payments", owner, a_payment()).await.expect(201).text_of("id"),
            notification: nobody(),
            host: host.id.clone(),
            maker: maker.id.clone(),
            owner_email: owner.email.clone(),
        };
        let (plan, quote) = things.plan_and_quote(app, people, stage).await;
        if path.starts_with("/chat") && stage == Stage::Confirmed {
            let (dreamer, maker) = (owner.clone(), host.clone());
            things.talk(app, owner, &Trip { dreamer, maker, plan, quote }).await;
        }
        if path.starts_with("/notifications/") {
            things.notification = eventually("the owner is told", || async {
                let list = app.get("/notifications", owner).await.expect(200);
                Some(list.json.as_array()?.first()?["id"].as_str()?.to_owned())
            })
            .await;
        }
        things
    }

    async fn plan_and_quote(&mut self, app: &TestApp, people: &People, stage: Stage) -> (Plan, Quote) {
        let People { owner, host, .. } = people;
        let plan = app.post_plan(owner).await;
        let asked = json!({ "assigneeId": host.id });
        app.post(&format!("/plans/{}/assign", plan.id), owner, asked).await.expect(201);
        let quote = app.send_quote(host, &plan, 10).await;
        app.charge(owner, 10).await;
        if stage != Stage::Pending {
            app.confirm(owner, &quote).await;
        }
        if stage == Stage::Completed {
            app.complete(owner, &plan).await;
        }
        (self.plan, self.quote) = (plan.id.clone(), quote.id.clone());
        (plan, quote)
    }

    async fn talk(&mut self, app: &TestApp, owner: &User, trip: &Trip) {
        self.room = app.room_of(trip).await;
        let chats = format!("/chatRooms/{}/chats", self.room);
        let text = json!({ "type": "TEXT", "content": "hello" });
        self.message = app.post(&chats, owner, text).await.expect(201).text_of("id");
        let form = Form::new().text("type", "IMAGE").part("file", Part::bytes(JPEG).file_name("a.jpg"));
        let sent = app.send(app.request(Method::POST, &chats, owner).multipart(form)).await;
        self.file = sent.expect(201).text_of("id");
    }

    /// The id that belongs into a path of the document.
    pub fn id_in(&self, path: &str) -> &str {
        match path.split('/').nth(1).unwrap_or_default() {
            "plans" => &self.plan,
            "quotes" => &self.quote,
            "chatRooms" => &self.room,
            "chats" if path.ends_with("/downloadFile") => &self.file,
            "chats" => &self.message,
            "payments" => &self.payment,
            "notifications" => &self.notification,
            "users" | "reviews" => &self.host,
            _ => panic!("nobody knows what belongs into {path}"),
        }
    }

    /// A body that the route accepts, and the fields of it that may be missing; `None` if nobody has
    /// written one here.
    pub fn body_for(&self, operation: &str) -> Option<(Value, &'static [&'static str])> {
        let required = |body| (body, &[][..]);
        let body = match operation {
            "POST /auth/signup" => required(a_newcomer()),
            "POST /auth/login" => required(json!({ "email": self.owner_email, "password": PASSWORD })),
            "POST /auth/check/email" => required(json!({ "email": "free@example.com" })),
            "POST /auth/check/nickname" => required(json!({ "nickName": "free" })),
            "PATCH /users/update" => (
                json!({ "nickName": format!("world-{}", fresh()), "phoneNumber": "010-1" }),
                &["nickName", "phoneNumber"][..],
            ),
            "PATCH /profile/update" => (
                json!({ "image": "DEFAULT_3", "serviceArea": ["SEOUL"], "tripTypes": ["CULTURE"] }),
                &["image", "serviceArea", "tripTypes"][..],
            ),
            "POST /follow" | "DELETE /follow" => required(json!({ "makerId": self.host })),
            "POST /plans" => (a_plan_with_address(), &["address"][..]),
            "POST /plans/{id}/assign" => required(json!({ "assigneeId": self.maker })),
            "POST /plans/{planId}/quotes" => required(json!({ "price": 10, "content": "I know a place." })),
            "PATCH /quotes/{id}/confirm" => required(json!({ "isConfirmed": true })),
            "POST /reviews" => required(
                json!({ "makerId": self.host, "planId": self.plan, "rating": 5, "content": "Good." }),
            ),
            "POST /payments" => required(a_payment()),
            "POST /payments/complete" => required(json!({ "paymentId": self.payment })),
            // It is accepted only if it's signed, and nobody can sign it here.
            "POST /payments/webhook" => {
                required(json!({ "type": "Transaction.Paid", "data": { "paymentId": "order-1" } }))
            }
            "POST /chatRooms/{id}/chats" => required(json!({ "type": "TEXT", "content": "hello" })),
            _ => return None,
        };
        Some(body)
    }
}

fn a_newcomer() -> Value {
    let name = format!("world-{}", fresh());
    let user = json!({
        "role": "DREAMER", "nickName": name, "email": format!("{name}@example.com"), "password": PASSWORD,
        "phoneNumber": "010-1234-5678",
    });
    json!({ "user": user, "profile": dreamer_profile() })
}

fn a_plan_with_address() -> Value {
    let mut plan = a_plan();
    plan["address"] = json!("Seoul 1");
    plan
}

fn a_payment() -> Value {
    json!({
        "paymentId": format!("world-{}-{}", std::process::id(), fresh()), "orderName": "코코넛", "amount": 1_000,
        "method": "CARD", "currency": "KRW",
    })
}
