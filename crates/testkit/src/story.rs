//! What a Dreamer and two Makers do until the server dies under them, and what they may rely on then.
//!
//! A [`Story`] plays against a server, remembers what it was told, and is checked against the server's
//! facts after whatever happened to the server meanwhile.

mod facts;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::facts::{Done, Facts};
use crate::app::TestApp;
use crate::people::User;
use crate::requests::Caller;
use crate::trips::a_plan;

/// The most trips between two deaths; after that there is only talk and money.
const TRIPS: usize = 8;
const COCONUTS: i64 = 50;

/// Why a story does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The server died before it had answered completely.
    Gone,
    /// The server could not say (503): something that it needs was down.
    Unavailable,
}

/// What came back before the connection broke.
#[derive(Debug)]
pub struct Heard {
    /// The status code.
    pub status: u16,
    /// The body; `null` if it isn't JSON.
    pub json: Value,
}

/// Sends a request, perhaps to a server that dies meanwhile.
pub async fn ask(
    app: &TestApp,
    method: &str,
    path: &str,
    by: &(impl Caller + ?Sized),
    body: &Value,
) -> Result<Heard, Stopped> {
    let request = app.request(method.parse().unwrap(), path, by).json(body);
    let answer = request.send().await.map_err(|_| Stopped::Gone)?;
    let (status, text) = (answer.status().as_u16(), answer.text().await.map_err(|_| Stopped::Gone)?);
    match status {
        503 => Err(Stopped::Unavailable),
        _ => Ok(Heard { status, json: serde_json::from_str(&text).unwrap_or_default() }),
    }
}

/// The same for what can't be refused.
async fn told(app: &TestApp, method: &str, path: &str, by: &User, body: Value) -> Result<Value, Stopped> {
    let heard = ask(app, method, path, by, &body).await?;
    assert!(heard.status < 300, "{method} {path} answered {} {}", heard.status, heard.json);
    Ok(heard.json)
}

/// A plan with quotes of both Makers, the first of whom is chosen.
#[derive(Debug, Default)]
struct TripStory {
    plan: String,
    quotes: Vec<String>,
    price: i64,
    confirmed: Done,
    completed: Done,
    reviewed: Done,
    messages: Vec<String>,
}

/// A Dreamer, the Maker whom they always choose, and the one whom they never do.
#[derive(Debug)]
pub struct Story {
    dreamer: User,
    chosen: User,
    other: User,
    /// Payments that were announced, with what is known of their completion.
    payments: BTreeMap<String, Done>,
    trips: Vec<TripStory>,
}

impl Story {
    /// The people; nothing has happened yet.
    pub async fn begin(app: &TestApp) -> Self {
        Self {
            dreamer: app.sign_up_dreamer().await,
            chosen: app.sign_up_maker("SEOUL").await,
            other: app.sign_up_maker("SEOUL").await,
            payments: BTreeMap::new(),
            trips: Vec::new(),
        }
    }

    /// How many trips were confirmed.
    pub fn confirmed(&self) -> usize {
        self.trips.iter().filter(|trip| trip.confirmed == Done::Yes).count()
    }

    /// Goes on until the server is gone.
    pub async fn play(&mut self, app: &TestApp) {
        assert_eq!(self.play_while(app, || true).await, Err(Stopped::Gone));
    }

    /// Goes on until it's stopped, or what has begun is done and `go_on` says that it is enough.
    pub async fn play_while(&mut self, app: &TestApp, go_on: impl Fn() -> bool) -> Result<(), Stopped> {
        let begun = self.trips.len();
        while go_on() {
            self.act(app, self.trips.len() - begun < TRIPS).await?;
        }
        Ok(())
    }

    async fn act(&mut self, app: &TestApp, travels: bool) -> Result<(), Stopped> {
        if travels {
            self.travel(app).await?;
        } else {
            self.buy(app).await?;
        }
        self.talk(app).await?;
        if travels && self.trips.len().is_multiple_of(2) {
            self.complete(app).await?;
        }
        Ok(())
    }

    /// One more trip is paid for, posted, quoted on and confirmed; nothing is said.
    pub async fn travel(&mut self, app: &TestApp) -> Result<(), Stopped> {
        self.buy(app).await?;
        self.plan(app).await?;
        self.confirm(app).await
    }

    async fn buy(&mut self, app: &TestApp) -> Result<(), Stopped> {
        let id = loop {
            let payment = json!({
                "paymentId": format!("{}-{}", self.dreamer.nick_name, self.payments.len()), "orderName": "코코넛",
                "amount": COCONUTS * 100, "method": "CARD", "currency": "KRW",
            });
            let heard = ask(app, "POST", "/payments", &self.dreamer, &payment).await?;
            if heard.status == 201 {
                break heard.json["id"].as_str().unwrap().to_owned();
            }
            // It was announced, and the server could not say so: nobody knows its id.
            assert_eq!(heard.json["code"], "PAYMENT_ID_TAKEN", "{}", heard.json);
            self.payments.insert(format!("lost-{}", self.payments.len()), Done::No);
        };
        self.payments.insert(id.clone(), Done::Perhaps);
        told(app, "POST", "/payments/complete", &self.dreamer, json!({ "paymentId": id })).await?;
        self.payments.insert(id, Done::Yes);
        Ok(())
    }

    async fn plan(&mut self, app: &TestApp) -> Result<(), Stopped> {
        let plan = told(app, "POST", "/plans", &self.dreamer, a_plan()).await?;
        let plan = plan["id"].as_str().unwrap().to_owned();
        let price = 1 + i64::try_from(self.trips.len() % 7).unwrap();
        self.trips.push(TripStory { plan: plan.clone(), price, ..TripStory::default() });
        for maker in [&self.chosen, &self.other] {
            let quote = json!({ "price": price, "content": "I know a place." });
            let quote = told(app, "POST", &format!("/plans/{plan}/quotes"), maker, quote).await?;
            let quotes = &mut self.trips.last_mut().unwrap().quotes;
            quotes.push(quote["id"].as_str().unwrap().to_owned());
        }
        Ok(())
    }

    async fn confirm(&mut self, app: &TestApp) -> Result<(), Stopped> {
        let trip = self.trips.last_mut().unwrap();
        let path = format!("/quotes/{}/confirm", trip.quotes[0]);
        trip.confirmed = Done::Perhaps;
        told(app, "PATCH", &path, &self.dreamer, json!({ "isConfirmed": true })).await?;
        trip.confirmed = Done::Yes;
        Ok(())
    }

    /// Both say something in the room of the latest message, or of the newest trip, if it is open yet.
    async fn talk(&mut self, app: &TestApp) -> Result<(), Stopped> {
        let rooms = told(app, "GET", "/chatRooms?pageSize=1", &self.dreamer, json!({})).await?;
        let room = &rooms["list"][0];
        let trip = self.trips.iter_mut().find(|trip| room["planId"] == json!(trip.plan));
        let Some(trip) = trip.filter(|trip| trip.completed == Done::No) else { return Ok(()) };
        let path = format!("/chatRooms/{}/chats", room["id"].as_str().unwrap());
        for by in [&self.dreamer, &self.chosen] {
            let text = json!({ "type": "TEXT", "content": format!("message {}", trip.messages.len()) });
            let message = told(app, "POST", &path, by, text).await?;
            trip.messages.push(message["id"].as_str().unwrap().to_owned());
        }
        Ok(())
    }

    async fn complete(&mut self, app: &TestApp) -> Result<(), Stopped> {
        let trip = self.trips.last_mut().unwrap();
        trip.completed = Done::Perhaps;
        told(app, "PATCH", &format!("/plans/{}/complete", trip.plan), &self.dreamer, json!({})).await?;
        trip.completed = Done::Yes;
        trip.reviewed = Done::Perhaps;
        let review =
            json!({ "makerId": self.chosen.id, "planId": trip.plan, "rating": 4, "content": "Good." });
        told(app, "POST", "/reviews", &self.dreamer, review).await?;
        trip.reviewed = Done::Yes;
        Ok(())
    }

    /// Checks everything against what the server says now, and learns from it what was uncertain.
    pub async fn verify(&mut self, app: &TestApp) {
        self.complete_what_is_uncertain(app).await;
        let facts = Facts::gather(app, &self.dreamer, &self.chosen, &self.other).await;
        facts.settle(self);
        facts.check(self);
        for trip in self.trips.iter().rev().take(TRIPS) {
            facts.messages_are_there(app, &self.dreamer, trip).await;
        }
    }

    /// All that was ever said is there.
    pub async fn verify_all_messages(&self, app: &TestApp) {
        let facts = Facts::gather(app, &self.dreamer, &self.chosen, &self.other).await;
        for trip in &self.trips {
            facts.messages_are_there(app, &self.dreamer, trip).await;
        }
    }

    /// A payment may be completed again: that credits what was not credited, and nothing twice.
    async fn complete_what_is_uncertain(&mut self, app: &TestApp) {
        for (id, done) in self.payments.iter_mut().filter(|(_, done)| **done == Done::Perhaps) {
            let again = app.post("/payments/complete", &self.dreamer, json!({ "paymentId": id })).await;
            assert_eq!(again.expect(201)["status"], json!("PAID"));
            *done = Done::Yes;
        }
    }

    /// What was paid for, in coconuts.
    fn bought(&self) -> i64 {
        let paid = self.payments.values().filter(|done| **done == Done::Yes).count();
        COCONUTS * i64::try_from(paid).unwrap()
    }
}
