use super::{Answer, as_caller, call, post};

async fn send(body: &str) -> Answer {
    call(as_caller(post("/plans", body), "dreamer").insert_header(("Accept-Language", "en"))).await
}

async fn refused(body: &str) -> (String, String) {
    send(body).await.field_error()
}

fn error(field: &str, message: &str) -> (String, String) {
    (field.to_owned(), message.to_owned())
}

#[actix_web::test]
async fn a_body_is_read_whatever_its_content_type_and_unknown_fields_are_ignored() {
    let body = r#"{"title":"t","place":{"serviceAreas":["JEJU"],"price":5},"x":1}"#;
    let answer = send(body).await;
    assert_eq!((answer.status, answer.text()), (201, r#""t [Jeju] 5""#));
    let request = as_caller(post("/plans", body), "dreamer").insert_header(("Content-Type", "text/plain"));
    assert_eq!(call(request).await.status, 201);
}

#[actix_web::test]
async fn what_is_no_json_is_refused() {
    for body in ["", "{", "title=1", r#"{"title":}"#, "\u{feff}{}", "nul"] {
        assert_eq!(refused(body).await, error("body", "must be JSON"), "{body:?}");
    }
    let followed = r#"{"title":"t","place":{"serviceAreas":[],"price":5}} x"#;
    assert_eq!(refused(followed).await, error("body", "must be JSON"));
    let no_text = b"{\"title\":\"t\",\"place\":{\"serviceAreas\":[],\"price\":5},\"x\":\"\xff\"}";
    let request = as_caller(post("/plans", ""), "dreamer").set_payload(&no_text[..]);
    assert_eq!(call(request).await.field_error().0, "body");
}

#[actix_web::test]
async fn what_is_no_object_is_refused() {
    for body in ["[]", "null", "\"x\"", "5", "-1", "true", r#"["t",{"serviceAreas":[],"price":1}]"#] {
        assert_eq!(refused(body).await, error("body", "must be a JSON object"), "{body}");
    }
}

#[actix_web::test]
async fn a_wrong_field_is_named_by_its_path() {
    for (body, field, message) in [
        ("{}", "title", "is required"),
        (r#"{"title":5}"#, "title", "must be a string"),
        (r#"{"title":null}"#, "title", "must be a string"),
        (r#"{"title":"t","title":"u"}"#, "title", "must be given once"),
        (r#"{"title":"t","place":{"price":1}}"#, "place.serviceAreas", "is required"),
        (r#"{"title":"t","place":7}"#, "place", "must be an object"),
        (r#"{"title":"t","place":{"serviceAreas":[7]}}"#, "place.serviceAreas[0]", "must be a string"),
        (r#"{"place":{"serviceAreas":{},"price":1}}"#, "place.serviceAreas", "must be a list"),
        (r#"{"place":{"serviceAreas":[],"price":1.5}}"#, "place.price", "must be a whole number"),
        (r#"{"place":{"price":99999999999999999999}}"#, "place.price", "must be a whole number"),
    ] {
        assert_eq!(refused(body).await, error(field, message), "{body}");
    }
    let (field, message) = refused(r#"{"place":{"serviceAreas":["SEOUL","Seoul"]}}"#).await;
    assert_eq!(field, "place.serviceAreas[1]");
    assert!(message.starts_with("unknown value; expected one of SEOUL BUSAN"), "{message}");
}

#[actix_web::test]
async fn a_body_over_the_limit_is_refused_without_being_read() {
    let answer = send(&format!("{{\"title\":\"{}\"}}", "x".repeat(80))).await;
    assert_eq!(answer.refusal(), (413, "BODY_TOO_LARGE".to_owned()));
}
