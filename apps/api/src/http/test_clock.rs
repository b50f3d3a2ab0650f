//! The clock of a process under test, moved over the admin port. It exists only where `APP_ENV=test`.

use actix_web::http::Method;
use actix_web::web::Data;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::extract::Body;
use super::json::{Json, Time};
use super::routes::Endpoint;
use crate::wiring::TestClock;

/// How far to move the clock.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Advance {
    advance_seconds: i64,
}

/// What time it is then.
#[derive(Serialize)]
struct Now {
    now: Time,
}

/// `POST /test/clock` moves the clock.
pub fn endpoints(clock: TestClock) -> Vec<Endpoint> {
    let clock = Data::new(clock);
    let advance = move |Body(Advance { advance_seconds }): Body<Advance>| {
        let clock = clock.clone();
        async move {
            let by = TimeDelta::try_seconds(advance_seconds).unwrap_or_default();
            Json(Now { now: clock.advance(by).into() })
        }
    };
    vec![Endpoint::undocumented(Method::POST, "/test/clock", advance)]
}
