//! Users, signed up and logged in like everybody else.

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::TestApp;
use crate::requests::Guest;

/// The password of every user that the fixtures sign up.
pub const PASSWORD: &str = "correct horse";

/// Somebody who has signed up and logged in.
#[derive(Debug, Clone)]
pub struct User {
    /// Their id.
    pub id: String,
    /// Their nickname, like no other's in this process.
    pub nick_name: String,
    /// Their e-mail address, like no other's in this process.
    pub email: String,
    /// Their access token.
    pub token: String,
    /// Their refresh token, the value of the cookie.
    pub refresh_token: String,
}

/// A profile of a Dreamer, as sign-up takes it.
pub fn dreamer_profile() -> Value {
    json!({ "image": "DEFAULT_1", "tripTypes": ["FOOD_TOUR"], "serviceArea": ["SEOUL"] })
}

/// A profile of a Maker who serves `area`, as sign-up takes it.
pub fn maker_profile(area: &str) -> Value {
    json!({
        "image": "DEFAULT_2",
        "serviceTypes": ["FOOD_TOUR", "SHOPPING"],
        "serviceArea": [area],
        "gallery": "https://example.com/gallery",
        "description": "Markets and alleys",
        "detailDescription": "Half a day on foot through the old markets.",
    })
}

impl TestApp {
    /// A Dreamer with an empty account.
    pub async fn sign_up_dreamer(&self) -> User {
        self.sign_up("DREAMER", dreamer_profile()).await
    }

    /// A Maker who serves one area, such as `SEOUL`.
    pub async fn sign_up_maker(&self, area: &str) -> User {
        self.sign_up("MAKER", maker_profile(area)).await
    }

    /// A user with this profile, whose nickname and address nobody else has.
    pub async fn sign_up(&self, role: &str, profile: Value) -> User {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let name = format!("{}-{}", role.to_lowercase(), COUNT.fetch_add(1, Ordering::Relaxed));
        let email = format!("{name}@example.com");
        let user = json!({
            "role": role,
            "nickName": &name,
            "email": &email,
            "password": PASSWORD,
            "phoneNumber": "010-1234-5678",
        });
        self.post("/auth/signup", &Guest, json!({ "user": user, "profile": profile })).await.expect(201);
        self.log_in(&email, PASSWORD).await
    }

    /// Logs in: a new session, beside those that the user has.
    pub async fn log_in(&self, email: &str, password: &str) -> User {
        let answer = self.post("/auth/login", &Guest, json!({ "email": email, "password": password })).await;
        let answer = answer.expect(201);
        let token = answer.text_of("accessToken");
        let me = self.get("/users/me", token.as_str()).await.expect(200);
        User {
            id: me.text_of("id"),
            nick_name: me.text_of("nickName"),
            email: email.to_owned(),
            token,
            refresh_token: answer.cookie("refreshToken").expect("a log-in sets the refresh cookie"),
        }
    }

    /// `POST /auth/refresh/token` with this refresh token in its cookie.
    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        let cookie = format!("refreshToken={refresh_token}");
        self.send(self.request(Method::POST, "/auth/refresh/token", &Guest).header(COOKIE, cookie)).await
    }

    /// The coconuts that a user can spend.
    pub async fn balance(&self, user: &User) -> i64 {
        let me = self.get("/users/me", user).await.expect(200);
        me["coconut"].as_i64().expect("a balance is a whole number")
    }

    /// Buys coconuts for the user: a payment, and its completion.
    pub async fn charge(&self, user: &User, coconuts: i64) {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        const WON_A_COCONUT: i64 = 100;
        let payment = json!({
            "paymentId": format!("test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)),
            "orderName": format!("{coconuts} coconuts"),
            "amount": coconuts * WON_A_COCONUT,
            "method": "CARD",
            "currency": "KRW",
        });
        let id = self.post("/payments", user, payment).await.expect(201).text_of("id");
        let paid = self.post("/payments/complete", user, json!({ "paymentId": id })).await.expect(201);
        assert!(paid["status"] == "PAID", "the payment was not paid: {}", paid.text);
    }
}
