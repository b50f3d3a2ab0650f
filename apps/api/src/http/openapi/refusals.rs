//! The answers of an operation that its handler doesn't describe, most of them errors. They follow from what an operation takes and from the codes that its
//! description names, so that no handler has to list them.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::json;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};

use super::BEARER;
use crate::http::language::Language;
use crate::http::messages::{self, Sentence};

/// Adds the errors that the operation can answer; one that it describes itself stays as it is.
pub fn add(operation: &mut Operation, path: &str) {
    let mut by_status: BTreeMap<u16, Vec<&'static Sentence>> = BTreeMap::new();
    for code in implied(operation).into_iter().chain(named(operation)) {
        let known = by_status.entry(code.status).or_default();
        if known.iter().all(|other| other.code != code.code) {
            known.push(code);
        }
    }
    for (status, codes) in by_status {
        let answer = || RefOr::T(answer(status, &codes, path));
        operation.responses.responses.entry(status.to_string()).or_insert_with(answer);
    }
    describe(operation);
}

/// OpenAPI wants a description of every answer; an obvious one goes without in the sources.
fn describe(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let reason =
                StatusCode::from_bytes(status.as_bytes()).ok().and_then(|status| status.canonical_reason());
            reason.unwrap_or("The answer").clone_into(&mut response.description);
        }
    }
}

/// What follows from the parts of an operation.
fn implied(operation: &Operation) -> Vec<&'static Sentence> {
    let mut codes = vec!["INTERNAL", "STORE_UNAVAILABLE", "STORE_CONTENDED"];
    if operation.request_body.is_some() {
        codes.extend(["VALIDATION_FAILED", "BODY_TOO_LARGE", "BODY_TOO_SLOW"]);
    }
    let parameters = operation.parameters.iter().flatten();
    if parameters
        .into_iter()
        .any(|parameter| matches!(parameter, RefOr::T(p) if p.parameter_in == ParameterIn::Query))
    {
        codes.push("VALIDATION_FAILED");
    }
    let requirements: Vec<String> =
        operation.security.iter().flatten().map(|one| json!(one).to_string()).collect();
    if requirements.iter().any(|one| one.contains(BEARER)) {
        codes.extend(["TOKEN_INVALID", "TOKEN_EXPIRED", "SESSION_ENDED"]);
        if requirements.len() == 1 {
            codes.push("TOKEN_MISSING");
        }
    }
    codes.into_iter().filter_map(messages::find).collect()
}

/// The codes in backticks in the description.
fn named(operation: &Operation) -> Vec<&'static Sentence> {
    let prose = [operation.summary.as_deref(), operation.description.as_deref()];
    let quoted = prose.into_iter().flatten().flat_map(|text| text.split('`').skip(1).step_by(2));
    quoted.filter_map(messages::find).collect()
}

fn answer(status: u16, codes: &[&'static Sentence], path: &str) -> Response {
    let lines: Vec<String> =
        codes.iter().map(|code| format!("- `{}`: {}", code.code, code.plain(Language::English))).collect();
    let example = codes.first().map(|code| example(code, path));
    let mut content =
        Content::new(Some(RefOr::<utoipa::openapi::Schema>::Ref(Ref::from_schema_name("ErrorBody"))));
    content.example = example;
    let response = ResponseBuilder::new().description(lines.join("\n")).content("application/json", content);
    match status {
        401 => response.header("WWW-Authenticate", header(Type::String, "`Bearer`")),
        429 | 503 => {
            response.header("Retry-After", header(Type::Integer, "Seconds after which to try again."))
        }
        _ => response,
    }
    .build()
}

fn header(value: Type, description: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(value)))
        .description(Some(description))
        .build()
}

fn example(code: &Sentence, path: &str) -> serde_json::Value {
    let mut body = json!({
        "statusCode": code.status,
        "timestamp": "2026-01-02T03:04:05.678Z",
        "path": path,
        "message": code.plain(Language::Korean),
        "code": code.code,
        "requestId": "0197c1f0-7a3c-7e21-b1d5-3f8f0c2a9e11",
    });
    if let (Some(members), "VALIDATION_FAILED") = (body.as_object_mut(), code.code) {
        members.insert(
            "errors".to_owned(),
            json!([{ "field": "page", "message": "1 이상 100 이하의 정수여야 합니다" }]),
        );
    }
    body
}
