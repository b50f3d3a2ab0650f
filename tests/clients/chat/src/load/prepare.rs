//! `goforme-chat load prepare`: people with live sessions, made over HTTP like everybody else.
//!
//! Each password is hashed as slowly as it should be, at sign-up and at log-in: that is nearly all the time
//! that this takes.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, value_parser};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::roster::{Room, Roster, User};
use crate::api::{Api, Page};
use crate::goforme_v1;
use crate::site::Site;

/// Whom to make.
#[derive(Debug, Args)]
pub struct Options {
    /// Where the server is
    #[arg(long, env = "GOFORME_URL", default_value = "http://127.0.0.1:4000")]
    url: Site,
    /// The file to write
    #[arg(long)]
    roster: PathBuf,
    /// Sign so many pairs up, each with an active room (payments have to be the sandbox's)
    #[arg(long, default_value_t = 500, value_parser = value_parser!(u32).range(1..))]
    pairs: u32,
    /// Log so many dreamers and as many makers of `goforme seed` in instead: they have many rooms, and can
    /// only be idle
    #[arg(long, conflicts_with = "pairs", value_parser = value_parser!(u32).range(1..))]
    demo: Option<u32>,
}

/// How many are made at a time: enough for the server to be busy, no more.
const AT_A_TIME: usize = 4;
/// How long a room may take to open after its quote was confirmed.
const ROOM_WITHIN: Duration = Duration::from_secs(30);

/// Makes them and writes the file.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let api = Api::new(options.url)?;
    let roster = match options.demo {
        Some(count) => of_demo_accounts(&api, count).await?,
        None => of_new_pairs(&api, options.pairs).await?,
    };
    roster.write(&options.roster)?;
    eprintln!("{} people are logged in.", roster.users.len());
    Ok(())
}

async fn of_demo_accounts(api: &Api, count: u32) -> anyhow::Result<Roster> {
    let emails = (1..=count)
        .flat_map(|number| ["dreamer", "maker"].map(|role| format!("{role}{number}@goforme.example")));
    let users = stream::iter(emails)
        .map(async |email| log_in(api, &email, "goforme-demo").await)
        .buffered(AT_A_TIME)
        .try_collect();
    Ok(Roster { users: users.await?, rooms: Vec::new() })
}

async fn of_new_pairs(api: &Api, count: u32) -> anyhow::Result<Roster> {
    // Nobody has these names, however often this runs.
    let run = goforme_v1::new_id()?.simple().to_string();
    let run = run.get(..8).unwrap_or_default();
    let pairs: Vec<([User; 2], String)> = stream::iter(0..count)
        .map(async |number| a_pair(api, &format!("{run}-{number}")).await)
        .buffered(AT_A_TIME)
        .try_collect()
        .await?;
    let mut roster = Roster::default();
    for (users, room) in pairs {
        let first = roster.users.len();
        roster.users.extend(users);
        roster.rooms.push(Room { id: room, members: [first, first + 1] });
    }
    Ok(roster)
}

/// A Dreamer, a Maker, and their room.
async fn a_pair(api: &Api, name: &str) -> anyhow::Result<([User; 2], String)> {
    let dreamer = json!({ "image": "DEFAULT_1", "tripTypes": ["FOOD_TOUR"], "serviceArea": ["SEOUL"] });
    let maker = json!({
        "image": "DEFAULT_2", "serviceTypes": ["FOOD_TOUR"], "serviceArea": ["SEOUL"],
        "gallery": "https://example.com", "description": "Markets", "detailDescription": "Half a day on foot.",
    });
    let dreamer = sign_up(api, "DREAMER", &format!("d-{name}"), dreamer).await?;
    let maker = sign_up(api, "MAKER", &format!("m-{name}"), maker).await?;
    let room = a_room(api, &dreamer.token, &maker.token, name).await?;
    Ok(([dreamer, maker], room))
}

async fn sign_up(api: &Api, role: &str, name: &str, profile: Value) -> anyhow::Result<User> {
    const PASSWORD: &str = "correct horse";
    let email = format!("{name}@load.example");
    let user = json!({
        "role": role, "nickName": name, "email": email, "password": PASSWORD, "phoneNumber": "010-1234-5678",
    });
    let _: Value = api.post("/auth/signup", None, &json!({ "user": user, "profile": profile })).await?;
    log_in(api, &email, PASSWORD).await
}

async fn log_in(api: &Api, email: &str, password: &str) -> anyhow::Result<User> {
    let token = api.log_in(email, password).await.with_context(|| format!("{email} can't log in"))?;
    let id = api.me(&token).await?.id;
    Ok(User { id, token })
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

/// The room of a trip that is paid for.
async fn a_room(api: &Api, dreamer: &str, maker: &str, name: &str) -> anyhow::Result<String> {
    let payment = json!({
        "paymentId": format!("load-{name}"), "orderName": "1 coconut", "amount": 100, "method": "CARD",
        "currency": "KRW",
    });
    let payment: Made = api.post("/payments", Some(dreamer), &payment).await?;
    let _: Value = api.post("/payments/complete", Some(dreamer), &json!({ "paymentId": payment.id })).await?;
    let plan = json!({
        "title": "Markets", "tripDate": "2099-05-06", "tripType": "FOOD_TOUR", "serviceArea": "SEOUL",
        "details": "We eat everything.",
    });
    let plan: Made = api.post("/plans", Some(dreamer), &plan).await?;
    let quote = json!({ "price": 1, "content": "I know a place." });
    let quote: Made = api.post(&format!("/plans/{}/quotes", plan.id), Some(maker), &quote).await?;
    let confirmed = json!({ "isConfirmed": true });
    let _: Value = api.patch(&format!("/quotes/{}/confirm", quote.id), dreamer, &confirmed).await?;
    let deadline = Instant::now() + ROOM_WITHIN;
    loop {
        let rooms: Page<Made> = api.get("/chatRooms", dreamer).await?;
        if let Some(room) = rooms.list.into_iter().next() {
            return Ok(room.id);
        }
        if Instant::now() > deadline {
            bail!("a quote was confirmed, and no room opened");
        }
        sleep(Duration::from_millis(50)).await;
    }
}
