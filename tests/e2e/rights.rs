//! Who may do what: every route, tried by a guest, by two people who have nothing to do with the trip, and
//! by the two whose trip it is.

use std::collections::BTreeSet;

use testkit::{Caller, Guest, TestApp, User};

use crate::GOFORME;
use crate::document::{Operation, operations};
use crate::world::Stage::{self, Completed, Confirmed, Pending};
use crate::world::{People, Things};

/// A route with the stage of the trip at which it is tried, and what is answered to a guest, another
/// Dreamer, another Maker, the plan's owner, and the host, whose quote it is.
type Row = (&'static str, Stage, [u16; 5]);

/// Later rows may build on what earlier ones have done: one ceases to follow after having followed.
const TABLE: &[Row] = &[
    ("POST /auth/signup", Pending, [201; 5]),
    ("POST /auth/login", Pending, [201; 5]),
    // Nobody sends the cookie.
    ("POST /auth/refresh/token", Pending, [400; 5]),
    ("POST /auth/check/email", Pending, [200; 5]),
    ("POST /auth/check/nickname", Pending, [200; 5]),
    ("GET /users/me", Pending, [401, 200, 200, 200, 200]),
    ("PATCH /users/update", Pending, [401, 200, 200, 200, 200]),
    ("GET /users/makers", Pending, [200; 5]),
    ("GET /users/maker/{makerId}", Pending, [200; 5]),
    ("GET /users/following", Pending, [401, 200, 403, 200, 403]),
    ("GET /profile", Pending, [401, 200, 200, 200, 200]),
    ("PATCH /profile/update", Pending, [401, 200, 200, 200, 200]),
    ("POST /follow", Pending, [401, 204, 403, 204, 403]),
    ("DELETE /follow", Pending, [401, 204, 403, 204, 403]),
    ("GET /plans/groupCount", Pending, [200; 5]),
    ("GET /plans/maker", Pending, [401, 403, 200, 403, 200]),
    ("GET /plans/dreamer", Pending, [401, 200, 403, 200, 403]),
    ("GET /plans/{id}", Pending, [401, 200, 200, 200, 200]),
    ("POST /plans", Pending, [401, 201, 403, 201, 403]),
    ("DELETE /plans/{id}", Pending, [401, 403, 403, 204, 403]),
    ("DELETE /plans/{id}", Confirmed, [401, 403, 403, 400, 403]),
    ("PATCH /plans/{id}/complete", Confirmed, [401, 403, 403, 200, 403]),
    ("PATCH /plans/{id}/complete", Pending, [401, 403, 403, 400, 403]),
    ("POST /plans/{id}/assign", Pending, [401, 403, 403, 201, 403]),
    // The host was asked, the other Maker was not.
    ("DELETE /plans/{id}/assign", Pending, [401, 403, 400, 403, 204]),
    ("GET /plans/{planId}/quotes", Pending, [401, 403, 403, 200, 403]),
    // The host has quoted already.
    ("POST /plans/{planId}/quotes", Pending, [401, 403, 201, 403, 409]),
    ("GET /quotes?isSent=true", Pending, [401, 403, 200, 403, 200]),
    ("GET /quotes/{id}", Pending, [401, 403, 403, 200, 200]),
    ("PATCH /quotes/{id}/confirm", Pending, [401, 403, 403, 200, 403]),
    ("DELETE /quotes/{id}", Pending, [401, 403, 403, 403, 204]),
    ("DELETE /quotes/{id}", Confirmed, [401, 403, 403, 403, 400]),
    ("GET /reviews/me", Pending, [401, 200, 403, 200, 403]),
    ("GET /reviews/{makerId}", Pending, [200; 5]),
    ("POST /reviews", Completed, [401, 400, 403, 201, 403]),
    ("POST /reviews", Confirmed, [401, 400, 403, 400, 403]),
    ("GET /coconuts", Pending, [401, 200, 200, 200, 200]),
    ("POST /payments", Pending, [401, 201, 201, 201, 201]),
    ("POST /payments/complete", Pending, [401, 404, 404, 201, 404]),
    ("GET /payments/{id}", Pending, [401, 404, 404, 200, 404]),
    // Nobody but the provider can sign it.
    ("POST /payments/webhook", Pending, [401; 5]),
    ("GET /chatRooms", Confirmed, [401, 200, 200, 200, 200]),
    ("GET /chatRooms/{id}", Confirmed, [401, 403, 403, 200, 200]),
    ("GET /chatRooms/{id}/chats", Confirmed, [401, 403, 403, 200, 200]),
    ("POST /chatRooms/{id}/chats", Confirmed, [401, 403, 403, 201, 201]),
    ("GET /chats/{id}/downloadFile", Confirmed, [401, 403, 403, 200, 200]),
    // The owner wrote it.
    ("DELETE /chats/{id}", Confirmed, [401, 403, 403, 204, 403]),
    ("GET /notifications", Pending, [401, 200, 200, 200, 200]),
    ("PATCH /notifications/{id}", Pending, [401, 404, 404, 200, 404]),
    ("GET /notifications/stream", Pending, [401, 200, 200, 200, 200]),
    ("GET /health/live", Pending, [200; 5]),
    ("GET /health/ready", Pending, [200; 5]),
    // Last, since everybody is logged out then.
    ("POST /auth/logout", Pending, [401, 204, 204, 204, 204]),
];

const CALLERS: [&str; 5] = ["guest", "other dreamer", "other maker", "owner", "host"];

/// A row's route without its query.
fn route(row: &Row) -> &str {
    row.0.split('?').next().unwrap_or_default()
}

/// The status with which a row's request is answered. No more is read: a stream never ends.
async fn status(app: &TestApp, row: &Row, things: &Things, by: Option<&User>) -> u16 {
    let (method, path) = row.0.split_once(' ').unwrap();
    let path = match path.split_once('{') {
        Some((before, rest)) => format!("{before}{}{}", things.id_in(path), rest.split_once('}').unwrap().1),
        None => path.to_owned(),
    };
    let caller: &dyn Caller = by.map_or(&Guest, |user| user);
    let mut request = app.request(method.parse().unwrap(), &path, caller);
    if let Some((body, _)) = things.body_for(route(row)) {
        request = request.json(&body);
    }
    request.send().await.unwrap().status().as_u16()
}

/// What is wrong with a row.
async fn check(app: &TestApp, people: &People, row: &Row) -> Vec<String> {
    let things = Things::at(app, people, row.1, row.0.split_once(' ').unwrap().1).await;
    let callers = [None, Some(&people.dreamer), Some(&people.maker), Some(&people.owner), Some(&people.host)];
    let mut tries: Vec<_> = CALLERS.into_iter().zip(callers).zip(row.2).collect();
    // Those who may not go first: they find what the others would have changed.
    tries.sort_by_key(|(_, expected)| *expected < 400);
    let mut wrong = Vec::new();
    for ((caller, by), expected) in tries {
        let status = status(app, row, &things, by).await;
        if status != expected {
            wrong.push(format!("{} ({:?}) answers the {caller} {status}, not {expected}", row.0, row.1));
        }
    }
    wrong
}

#[tokio::test]
async fn every_route_is_open_to_whom_the_contract_says_and_to_nobody_else() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let mut wrong = Vec::new();
    for row in TABLE {
        wrong.extend(check(&app, &people, row).await);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_table_has_every_route_of_the_document_and_no_other() {
    let app = TestApp::start(GOFORME).await;
    let documented: BTreeSet<String> = operations(&app).await.iter().map(Operation::name).collect();
    let tried: BTreeSet<String> = TABLE.iter().map(|row| route(row).to_owned()).collect();
    assert_eq!(documented.difference(&tried).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the table");
    assert_eq!(tried.difference(&documented).collect::<Vec<_>>(), Vec::<&String>::new(), "no such route");
}

#[tokio::test]
async fn the_document_says_which_routes_need_a_token() {
    let app = TestApp::start(GOFORME).await;
    for operation in operations(&app).await {
        let name = operation.name();
        let row = TABLE.iter().find(|row| route(row) == name).unwrap();
        let open = row.2[0] != 401 || name == "POST /payments/webhook";
        assert_eq!(operation.is_public, open, "{name}");
    }
}
