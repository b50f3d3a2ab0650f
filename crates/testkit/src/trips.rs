//! Plans and quotes, as far as a test needs them to have come.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::eventually::eventually;
use crate::people::User;

/// A plan that was posted.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// What the API answered when it was posted.
    pub json: Value,
}

/// A quote that was sent.
#[derive(Debug, Clone)]
pub struct Quote {
    /// Its id.
    pub id: String,
    /// In coconuts.
    pub price: i64,
    /// What the API answered when it was sent.
    pub json: Value,
}

/// A plan with a confirmed quote, and the two who are going.
#[derive(Debug, Clone)]
pub struct Trip {
    /// Whose plan it is, with nothing left to spend.
    pub dreamer: User,
    /// Whose quote it is.
    pub maker: User,
    /// The plan, as it was when it was posted.
    pub plan: Plan,
    /// The quote, as it was when it was sent.
    pub quote: Quote,
}

/// A plan as `POST /plans` takes it: in Seoul, far in the future.
pub fn a_plan() -> Value {
    json!({
        "title": "Markets of the old town",
        "tripDate": "2099-05-06",
        "tripType": "FOOD_TOUR",
        "serviceArea": "SEOUL",
        "details": "We eat everything but cucumbers.",
    })
}

impl TestApp {
    /// Posts [`a_plan`].
    pub async fn post_plan(&self, dreamer: &User) -> Plan {
        self.post_plan_like(dreamer, json!({})).await
    }

    /// Posts [`a_plan`] with some fields changed: `json!({ "tripType": "SHOPPING", "address": "…" })`.
    pub async fn post_plan_like(&self, dreamer: &User, changes: Value) -> Plan {
        let mut plan = a_plan();
        if let (Value::Object(plan), Value::Object(changes)) = (&mut plan, changes) {
            plan.extend(changes);
        }
        let posted = self.post("/plans", dreamer, plan).await.expect(201);
        Plan { id: posted.text_of("id"), json: posted.json }
    }

    /// A maker's quote on a plan, at a price in coconuts.
    pub async fn send_quote(&self, maker: &User, plan: &Plan, price: i64) -> Quote {
        let quote = json!({ "price": price, "content": "I know a place." });
        let sent = self.post(&format!("/plans/{}/quotes", plan.id), maker, quote).await.expect(201);
        Quote { id: sent.text_of("id"), price, json: sent.json }
    }

    /// The dreamer confirms a quote and pays for it.
    pub async fn confirm(&self, dreamer: &User, quote: &Quote) {
        let confirmation = json!({ "isConfirmed": true });
        self.patch(&format!("/quotes/{}/confirm", quote.id), dreamer, confirmation).await.expect(200);
    }

    /// The dreamer declares the trip over, and the maker is paid.
    pub async fn complete(&self, dreamer: &User, plan: &Plan) {
        self.patch(&format!("/plans/{}/complete", plan.id), dreamer, json!({})).await.expect(200);
    }

    /// A plan by a new dreamer with a confirmed quote by a new maker. What the confirmation leads to (the
    /// chat room, the notifications) follows a little later.
    pub async fn confirmed_trip(&self, price: i64) -> Trip {
        let (dreamer, maker) = (self.sign_up_dreamer().await, self.sign_up_maker("SEOUL").await);
        self.charge(&dreamer, price).await;
        let plan = self.post_plan(&dreamer).await;
        let quote = self.send_quote(&maker, &plan, price).await;
        self.confirm(&dreamer, &quote).await;
        Trip { dreamer, maker, plan, quote }
    }

    /// The id of the chat room of a confirmed trip, once it is open.
    pub async fn room_of(&self, trip: &Trip) -> String {
        eventually("the chat room opens", || async {
            let rooms = self.get("/chatRooms?pageSize=100", &trip.dreamer).await.expect(200);
            let of_the_plan = |room: &&Value| room["planId"] == trip.plan.id;
            let room = rooms["list"].as_array()?.iter().find(of_the_plan)?;
            room["id"].as_str().map(str::to_owned)
        })
        .await
    }
}
