use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service};
use application::bus::Signal;
use kernel::UserId;
use notification::testing::a_notification;
use notification::{AddNotification, Notification};
use serde_json::{Value, json};

use super::lab::Lab;
use super::{as_caller, get};
use crate::http::app::Blueprint;

/// Tells the user of something, as the consumer of events does.
async fn notify(lab: &Lab, user: UserId) -> Notification {
    let notification = a_notification(user);
    assert_eq!(lab.opened.ports.notifications.add(&notification).await.unwrap(), AddNotification::Added);
    lab.opened.ports.bus.publish(Signal::Notified { notification: notification.clone() }).await;
    notification
}

fn patch(path: &str) -> TestRequest {
    TestRequest::patch().uri(path)
}

#[actix_web::test]
async fn ones_own_notifications_are_listed_with_the_oldest_first() {
    let lab = Lab::new().await;
    let told = [
        notify(&lab, lab.maker.id()).await,
        notify(&lab, lab.maker.id()).await,
        notify(&lab, lab.maker.id()).await,
    ];
    notify(&lab, lab.dreamer.id()).await;
    let shown = |notification: &Notification| {
        json!({
            "id": notification.id(), "userId": lab.maker.id(), "event": "ARRIVE_QUOTE",
            "payload": { "nickName": "제주곰", "tripType": "FOOD_TOUR" }, "isRead": false,
            "createdAt": "2031-01-15T03:00:00.000Z", "updatedAt": "2031-01-15T03:00:00.000Z",
        })
    };
    let all: Vec<Value> = told.iter().map(shown).collect();
    assert_eq!(lab.call("maker", get("/notifications")).await.json(), json!(all));
    assert_eq!(lab.call("maker", get("/notifications?pageSize=2")).await.json(), json!(all[1..]));
    assert_eq!(lab.call("maker", get("/notifications?pageSize=2&page=2")).await.json(), json!(all[..1]));
    assert_eq!(lab.call("stranger", get("/notifications")).await.json(), json!([]));
}

#[actix_web::test]
async fn only_its_owner_marks_a_notification_as_read() {
    let lab = Lab::new().await;
    let path = format!("/notifications/{}", notify(&lab, lab.maker.id()).await.id());
    for (caller, path) in [("dreamer", &*path), ("maker", "/notifications/1")] {
        let refused = lab.call(caller, patch(path)).await.refusal();
        assert_eq!(refused, (404, "NOTIFICATION_NOT_FOUND".to_owned()));
    }
    for _ in 0..2 {
        let read = lab.call("maker", patch(&path)).await;
        assert_eq!((read.status, &read.json()["isRead"]), (200, &json!(true)));
    }
}

/// An open stream.
struct Events {
    head: HeaderMap,
    body: Pin<Box<BoxBody>>,
}

impl Events {
    async fn open(lab: &Lab, request: TestRequest) -> Self {
        let hub = Arc::clone(&lab.opened.ports.hub);
        actix_web::rt::spawn(hub.run());
        let app = init_service(Blueprint::new(lab.state()).unwrap().app()).await;
        let response = call_service(&app, as_caller(request, "maker").to_request()).await;
        assert_eq!(response.status(), 200);
        Self { head: response.headers().clone(), body: Box::pin(response.into_body()) }
    }

    async fn next(&mut self) -> String {
        let chunk = poll_fn(|context| self.body.as_mut().poll_next(context)).await;
        String::from_utf8(chunk.unwrap().unwrap().to_vec()).unwrap()
    }
}

#[actix_web::test]
async fn notifications_are_streamed_as_sentences_to_their_owner() {
    let lab = Lab::new().await;
    let mut events = Events::open(&lab, get("/notifications/stream")).await;
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-cache"), ("x-accel-buffering", "no")]
    {
        assert_eq!(events.head.get(name).unwrap(), value);
    }
    assert_eq!(events.next().await, ": connected\n\n");
    notify(&lab, lab.dreamer.id()).await;
    let told = notify(&lab, lab.maker.id()).await;
    assert_eq!(events.next().await, format!("id: {}\ndata: {}\n\n", told.id(), told.sentence()));
}

#[actix_web::test]
async fn a_client_that_comes_back_gets_what_it_missed_in_the_form_it_likes() {
    let lab = Lab::new().await;
    let told = [notify(&lab, lab.maker.id()).await, notify(&lab, lab.maker.id()).await];
    let (seen, missed) = (told[0].id(), told[1].id());
    let by_query = get(&format!("/notifications/stream?lastEventId={seen}&format=json"));
    let by_header = get("/notifications/stream?format=json&lastEventId=")
        .insert_header(("Last-Event-ID", seen.to_string()));
    for request in [by_query, by_header] {
        let mut events = Events::open(&lab, request).await;
        assert_eq!(events.next().await, ": connected\n\n");
        let event = events.next().await;
        let (id, data) = event.trim_end().split_once('\n').unwrap();
        assert_eq!(id, format!("id: {missed}"));
        let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(data, lab.call("maker", get("/notifications?pageSize=1")).await.json()[0]);
    }
}

#[actix_web::test]
async fn a_stream_needs_a_token_and_a_format_that_is_known() {
    let lab = Lab::new().await;
    assert_eq!(lab.call("", get("/notifications/stream")).await.refusal().0, 401);
    let refused = lab.call("maker", get("/notifications/stream?format=xml")).await;
    assert_eq!(refused.field_error().0, "format");
}
