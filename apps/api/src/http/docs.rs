//! The description of the API, for programs and for people: `/openapi.json` and Swagger UI at `/docs`.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, ContentEncoding, LOCATION};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::{Config, serve};

use super::error::ApiError;
use super::refusal::Refusal;
use super::routes::Endpoint;

/// The OpenAPI document, written once at the start.
#[derive(Debug, Clone)]
pub struct Document(pub Bytes);

/// The endpoints of this area; the document describes the API, not itself.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::undocumented(Method::GET, "/openapi.json", openapi_json),
        Endpoint::undocumented(Method::GET, "/docs", to_the_slash),
        Endpoint::undocumented(Method::GET, "/docs/{file:.*}", swagger_ui),
    ]
}

async fn openapi_json(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

/// The page asks for its files relative to itself, so its address has to end in a slash.
async fn to_the_slash(request: HttpRequest) -> HttpResponse {
    let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
    HttpResponse::PermanentRedirect().insert_header((LOCATION, format!("docs/{query}"))).finish()
}

async fn swagger_ui(file: Path<String>) -> Result<HttpResponse, ApiError> {
    let config = Arc::new(Config::from("../openapi.json"));
    let found = serve(&file, config).map_err(|error| Refusal::Panicked(error.to_string()))?;
    let file = found.ok_or(Refusal::UnknownRoute)?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    Ok(response.content_type(file.content_type).body(file.bytes.into_owned()))
}
