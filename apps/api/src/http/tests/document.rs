use std::collections::BTreeSet;

use serde_json::Value;

use super::{Blueprint, call, get, state};

async fn document() -> Value {
    let answer = call(get("/openapi.json")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json()
}

fn statuses(operation: &Value) -> Vec<&str> {
    operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[actix_web::test]
async fn each_operation_tells_what_it_can_answer() {
    let paths = &document().await["paths"];
    assert_eq!(
        statuses(&paths["/plans/{id}"]["delete"]),
        ["204", "400", "401", "403", "404", "500", "503"],
        "from the codes in its description"
    );
    assert_eq!(statuses(&paths["/plans"]["post"]), ["201", "400", "401", "408", "413", "500", "503"]);
    assert_eq!(statuses(&paths["/plans"]["get"]), ["200", "400", "500", "503"]);
    assert_eq!(statuses(&paths["/who"]["get"]), ["200", "401", "500", "503"]);
}

#[actix_web::test]
async fn an_error_is_described_by_its_codes_and_an_example() {
    let document = document().await;
    let refused = &document["paths"]["/plans/{id}"]["delete"]["responses"]["404"];
    let content = &refused["content"]["application/json"];
    assert_eq!(content["schema"]["$ref"], "#/components/schemas/ErrorBody");
    assert_eq!(content["example"]["code"], "PLAN_NOT_FOUND");
    assert!(refused["description"].as_str().unwrap().contains("There is no such plan."));
    let body = &document["components"]["schemas"]["ErrorBody"];
    assert_eq!(body["required"].as_array().unwrap().len(), 6, "{body}");
}

#[actix_web::test]
async fn an_answer_of_its_own_is_left_as_it_is() {
    let document = document().await;
    let unready = &document["paths"]["/health/ready"]["get"]["responses"]["503"];
    assert_eq!(unready["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Readiness");
}

#[actix_web::test]
async fn pages_and_names_are_in_the_document() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    let parameters = document["paths"]["/plans/dreamer"]["get"]["parameters"].as_array().unwrap();
    let names: Vec<&str> = parameters.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["page", "pageSize", "status", "isAssigned", "keyword"]);
    assert_eq!(parameters[1]["schema"]["default"], 3);
    assert_eq!(document["components"]["schemas"]["ServiceArea"]["enum"][0], "SEOUL");
}

/// Every `$ref` in the document, wherever it is.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| references(entry, found)),
        _ => {}
    }
}

fn assert_whole(document: &Value) {
    let mut found = BTreeSet::new();
    references(document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} is described");
    }
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for response in operation["responses"].as_object().unwrap().values() {
                assert!(response["description"].is_string(), "{operation}");
            }
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "two operations are called {name}");
        }
    }
}

#[actix_web::test]
async fn the_document_is_whole() {
    assert_whole(&document().await);
    let real = Blueprint::new(state()).unwrap();
    assert_whole(&serde_json::from_slice(real.document()).unwrap());
}

#[actix_web::test]
async fn the_swagger_ui_is_served_from_the_binary() {
    let answer = call(get("/docs")).await;
    assert_eq!((answer.status, answer.header("location")), (308, "docs/"));
    assert!(call(get("/docs/")).await.text().contains("swagger-ui"));
    let start = call(get("/docs/swagger-initializer.js")).await;
    assert!(start.text().contains("../openapi.json"), "{}", start.text());
    assert_eq!(call(get("/docs/nope.js")).await.refusal(), (404, "NOT_FOUND".to_owned()));
}
