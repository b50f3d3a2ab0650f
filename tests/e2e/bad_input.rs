//! Nonsense of every sort to every route: the answer is a clear refusal, never a failure of ours, and it
//! comes soon.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use testkit::{Answer, Caller, Guest, TestApp, User};

use crate::GOFORME;
use crate::document::{Kind, Operation, operations};
use crate::nonsense::{self, QUERY_VALUES, Sent};
use crate::pattern::{Like, TEXT, TIME};
use crate::world::{People, Stage, Things};

/// How long any answer may take.
const SOON: Duration = Duration::from_secs(5);

/// A route with new things to try it on, and who may use it.
struct Try<'a> {
    app: &'a TestApp,
    operation: &'a Operation,
    things: Things,
    by: &'a User,
}

impl<'a> Try<'a> {
    async fn of(app: &'a TestApp, people: &'a People, operation: &'a Operation) -> Self {
        let name = operation.name();
        let stage = match operation.path.as_str() {
            path if path.starts_with("/chat") || path.ends_with("/complete") => Stage::Confirmed,
            "/reviews" => Stage::Completed,
            _ => Stage::Pending,
        };
        let things = Things::at(app, people, stage, &operation.path).await;
        let by = match name.as_str() {
            "POST /plans/{planId}/quotes" | "GET /plans/maker" | "GET /quotes" => &people.maker,
            "DELETE /plans/{id}/assign" => &people.host,
            _ => &people.owner,
        };
        Self { app, operation, things, by }
    }

    /// The path with an id that is there.
    fn path(&self) -> String {
        if self.operation.has_id() {
            self.path_with(self.things.id_in(&self.operation.path))
        } else {
            self.operation.path.clone()
        }
    }

    fn path_with(&self, id: &str) -> String {
        let (before, rest) = self.operation.path.split_once('{').unwrap();
        format!("{before}{id}{}", rest.split_once('}').unwrap().1)
    }

    async fn send(&self, path: &str, sent: Option<Sent>) -> Answer {
        let request = self.app.request(self.operation.method.clone(), path, self.by).timeout(SOON);
        let request = match sent {
            Some(sent) => request.header(CONTENT_TYPE, sent.content_type).body(sent.bytes),
            None => request,
        };
        self.app.send(request).await
    }
}

/// What is wrong with an answer to nonsense, if anything is.
fn fault(what: &str, answer: &Answer, must_be_refused: bool) -> Option<String> {
    let status = answer.status;
    let wrong = if status >= 500 {
        "fails"
    } else if must_be_refused && status < 400 {
        "is taken"
    } else if status >= 400 && !is_refusal(answer) {
        "is refused in another shape"
    } else {
        return None;
    };
    Some(format!("{} {what} {wrong}: {status} {}", answer.request, answer.text))
}

/// Whether an error has the one shape that errors have.
fn is_refusal(answer: &Answer) -> bool {
    let pattern = json!({
        "statusCode": answer.status, "timestamp": TIME, "path": TEXT, "message": TEXT, "code": TEXT, "requestId": TEXT,
    });
    let names_fields = answer["errors"].as_array().is_some_and(|errors| !errors.is_empty());
    answer.json.matches(&pattern) && names_fields == (answer["code"] == "VALIDATION_FAILED")
}

/// The server is as well as before, and nothing in its log is a fault of its own.
async fn is_unharmed(app: &TestApp) {
    app.get("/health/ready", &Guest).await.expect(200);
    let faults: Vec<String> = app
        .log()
        .lines()
        .filter(|line| line.contains(" ERROR ") || line.contains("panicked"))
        .map(str::to_owned)
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// All routes but those whose answers never end.
async fn routes(app: &TestApp) -> Vec<Operation> {
    let operations = operations(app).await.into_iter();
    let mut routes: Vec<_> =
        operations.filter(|operation| operation.path != "/notifications/stream").collect();
    // Last, since it logs out who tries it.
    routes.sort_by_key(|operation| operation.path == "/auth/logout");
    routes
}

#[tokio::test]
async fn a_body_that_is_wrong_as_a_whole_is_refused_by_every_route_that_reads_it() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let mut faults = Vec::new();
    for operation in routes(&app).await {
        let tried = Try::of(&app, &people, &operation).await;
        let path = tried.path();
        for sent in nonsense::bodies() {
            let must_be_refused = operation.takes_a_body && sent.must_be_refused;
            let what = sent.what.clone();
            let answer = tried.send(&path, Some(sent)).await;
            faults.extend(fault(&format!("with {what}"), &answer, must_be_refused));
        }
    }
    assert_none(&faults);
    is_unharmed(&app).await;
}

/// Whatever was refused was so for what was wrong in it: as it is, the body is taken.
async fn takes_its_sample(app: &TestApp, people: &People, operation: &Operation) -> Option<String> {
    let name = operation.name();
    let tried = Try::of(app, people, operation).await;
    let (sample, _) = tried.things.body_for(&name)?;
    let answer = app.send(app.request(operation.method.clone(), &tried.path(), tried.by).json(&sample)).await;
    // A webhook is taken if it's signed only, and nobody can follow twice or cease to.
    let may_refuse = ["POST /payments/webhook", "POST /follow", "DELETE /follow"].contains(&&*name);
    let refuses = answer.status >= 300 && !may_refuse;
    refuses.then(|| format!("{name} refuses its own sample: {} {}", answer.status, answer.text))
}

#[tokio::test]
async fn a_body_with_any_wrong_value_is_refused_by_every_route() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let mut faults = Vec::new();
    for operation in routes(&app).await.into_iter().filter(|operation| operation.takes_a_body) {
        let name = operation.name();
        let tried = Try::of(&app, &people, &operation).await;
        let path = tried.path();
        let Some((sample, optional)) = tried.things.body_for(&name) else {
            panic!("world.rs has no body for {name}");
        };
        for sent in nonsense::variations(&sample, optional) {
            let (what, must_be_refused) = (sent.what.clone(), sent.must_be_refused);
            let answer = tried.send(&path, Some(sent)).await;
            faults.extend(fault(&what, &answer, must_be_refused));
        }
        faults.extend(takes_its_sample(&app, &people, &operation).await);
    }
    assert_none(&faults);
    is_unharmed(&app).await;
}

#[tokio::test]
async fn a_query_that_is_wrong_is_refused_by_every_route() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let mut faults = Vec::new();
    for operation in operations(&app).await {
        let tried = Try::of(&app, &people, &operation).await;
        let path = tried.path();
        for parameter in &operation.query {
            // What else the route needs.
            let rest =
                if operation.path == "/quotes" && parameter.name != "isSent" { "&isSent=true" } else { "" };
            for value in QUERY_VALUES {
                let query = format!("{}={value}{rest}", parameter.name);
                let ends = parameter.kind == Kind::Strict || operation.path != "/notifications/stream";
                if !ends {
                    continue;
                }
                let answer = tried.send(&format!("{path}?{query}"), None).await;
                faults.extend(fault(&query, &answer, parameter.kind == Kind::Strict));
            }
        }
        for query in ["page=101&pageSize=101", "page=1&page=2", "pageSize=1000000000", "page=4294967296"] {
            if operation.query.iter().any(|parameter| parameter.name == "page") {
                let answer = tried.send(&format!("{path}?isSent=true&{query}"), None).await;
                faults.extend(fault(query, &answer, true));
            }
        }
    }
    assert_none(&faults);
    is_unharmed(&app).await;
}

#[tokio::test]
async fn an_id_in_a_path_that_is_none_answers_like_one_that_nobody_knows() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let mut faults = Vec::new();
    for operation in operations(&app).await.iter().filter(|operation| operation.has_id()) {
        let tried = Try::of(&app, &people, operation).await;
        let sample = tried.things.body_for(&operation.name());
        let mut unknown = None;
        for id in nonsense::ids() {
            let mut request =
                app.request(operation.method.clone(), &tried.path_with(&id), tried.by).timeout(SOON);
            if let Some((body, _)) = &sample {
                request = request.json(body);
            }
            let answer = app.send(request).await;
            let is_an_empty_list = operation.name() == "GET /reviews/{makerId}";
            faults.extend(fault(&id, &answer, !is_an_empty_list));
            let said = (answer.status, answer["code"].clone());
            let (status, code) = unknown.get_or_insert_with(|| said.clone());
            if (*status, &*code) != (said.0, &said.1) {
                faults.push(format!(
                    "{} answers {said:?}, but {status} {code} to an unknown id",
                    answer.request
                ));
            }
        }
    }
    assert_none(&faults);
    is_unharmed(&app).await;
}

#[tokio::test]
async fn a_body_that_is_far_too_large_is_refused_at_once_by_every_route_that_reads_it() {
    let app = TestApp::start(GOFORME).await;
    let people = People::arrive(&app).await;
    let body = bytes::Bytes::from(nonsense::ten_mebibytes());
    let mut faults = Vec::new();
    for operation in routes(&app).await {
        let tried = Try::of(&app, &people, &operation).await;
        let path = tried.path();
        for announced in [true, false] {
            let callers: [&dyn Caller; 2] = [tried.by, &Guest];
            for by in callers {
                let request = app.request(operation.method.clone(), &path, by).timeout(SOON);
                let request = request.header(CONTENT_TYPE, "application/json");
                let request = if announced {
                    request.body(body.clone())
                } else {
                    let pieces =
                        body.chunks(64 << 10).map(|piece| Ok::<_, std::io::Error>(body.slice_ref(piece)));
                    let pieces: Vec<_> = pieces.collect();
                    request.body(reqwest::Body::wrap_stream(futures_util::stream::iter(pieces)))
                };
                let answer = app.send(request).await;
                let what = if announced { "with ten mebibytes" } else { "with ten mebibytes in pieces" };
                faults.extend(fault(what, &answer, operation.takes_a_body));
            }
        }
    }
    assert_none(&faults);
    is_unharmed(&app).await;
}
