//! The OpenAPI 3.1 document. Each handler describes its own successes; what every route can answer
//! besides is added here.

mod refusals;

use actix_web::http::Method;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::error::ErrorBody;
use super::routes::Documentation;
use super::schema;

/// The name of the security scheme: write `security(("bearer" = []))` above a handler that needs a
/// token, and `security((), ("bearer" = []))` above one that takes one.
pub const BEARER: &str = "bearer";

const DESCRIPTION: &str = "The API of Goforme, a marketplace where a Dreamer posts a travel plan and Makers \
    quote on it.\n\nPaths match in any case, with or without a slash at the end. Times are UTC with \
    milliseconds. Lists are newest first unless they say otherwise. Every answer carries `X-Request-Id`. \
    Every error has the body `ErrorBody`; its `message` is Korean, or English if `Accept-Language` prefers it.";

/// The document of the given endpoints: path, method, and what is written above the handler.
pub fn document<'a>(
    server: &str,
    endpoints: impl Iterator<Item = (&'a str, &'a Method, &'a Documentation)>,
) -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas = schema::all();
    schemas.push((ErrorBody::name().into_owned(), ErrorBody::schema()));
    ErrorBody::schemas(&mut schemas);
    for (path, method, documentation) in endpoints {
        let mut operation = documentation.operation.clone();
        refusals::add(&mut operation, path);
        schemas.extend(documentation.schemas.iter().cloned());
        let item = PathItem::new(method_of(method), operation);
        match paths.paths.get_mut(path) {
            Some(existing) => existing.merge_operations(item),
            None => drop(paths.paths.insert(path.to_owned(), item)),
        }
    }
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token, as `POST /auth/login` answers it."))
        .build();
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .build();
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Goforme")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(server).build()]))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn method_of(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        Method::OPTIONS => HttpMethod::Options,
        Method::HEAD => HttpMethod::Head,
        Method::PATCH => HttpMethod::Patch,
        Method::TRACE => HttpMethod::Trace,
        _ => HttpMethod::Get,
    }
}
