//! The routes: what each file with a handler declares, gathered into one table that routes requests,
//! knows the methods of each path, and writes the OpenAPI document.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpResponse, Responder, Route};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use super::error::ApiError;
use super::middleware::catch_panics;
use super::openapi;
use super::refusal::Refusal;
use super::template::{Template, split};

/// One method of one path, with its handler.
pub struct Endpoint {
    path: String,
    method: Method,
    documentation: Option<Documentation>,
    // actix builds the routes once for each of its threads.
    route: Box<dyn Fn() -> Route + Send + Sync>,
}

/// What the OpenAPI document says about an endpoint.
pub struct Documentation {
    /// Its description, as written above the handler.
    pub operation: Operation,
    /// The schemas that it refers to.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl Endpoint {
    /// An endpoint whose path, method and description come from the `#[utoipa::path]` above its handler.
    /// Use `endpoints!` instead of naming `Doc` yourself.
    pub fn documented<Doc, H, Args>(handler: H) -> Self
    where
        Doc: utoipa::Path + utoipa::__dev::SchemaReferences + for<'t> utoipa::__dev::Tags<'t>,
        H: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        H::Output: Responder + 'static,
    {
        let mut schemas = Vec::new();
        Doc::schemas(&mut schemas);
        let mut operation = Doc::operation();
        operation.tags = Some(Doc::tags().into_iter().map(str::to_owned).collect());
        let method = Doc::methods().first().map_or(Method::GET, method_of);
        let documentation = Documentation { operation, schemas };
        Self { documentation: Some(documentation), ..Self::undocumented(method, &Doc::path(), handler) }
    }

    /// An endpoint that the OpenAPI document leaves out: what is no request and answer in JSON.
    pub fn undocumented<H, Args>(method: Method, path: &str, handler: H) -> Self
    where
        H: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        H::Output: Responder + 'static,
    {
        let route_method = method.clone();
        let route = move || web::method(route_method.clone()).to(handler.clone());
        Self { path: path.to_owned(), method, documentation: None, route: Box::new(route) }
    }
}

fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

/// The endpoints of the handlers that are listed as `file::handler`. Each needs a `#[utoipa::path]`.
macro_rules! endpoints {
    ($($file:ident :: $handler:ident),* $(,)?) => {
        ::pastey::paste! {
            vec![$($crate::http::routes::Endpoint::documented::<$file::[<__path_ $handler>], _, _>(
                $file::$handler
            )),*]
        }
    };
}
pub(crate) use endpoints;

/// The paths that share a template, with all their methods.
struct PathGroup {
    template: Template,
    path: String,
    endpoints: Vec<Endpoint>,
}

impl PathGroup {
    /// What the `Allow` header lists.
    fn allow(&self) -> String {
        let methods: BTreeSet<&str> =
            self.endpoints.iter().map(|endpoint| endpoint.method.as_str()).collect();
        let mut allow: Vec<&str> = methods.into_iter().filter(|method| *method != "OPTIONS").collect();
        allow.push("OPTIONS");
        allow.join(", ")
    }
}

/// All routes, in the order in which they are asked.
pub struct Routes(Vec<PathGroup>);

impl Routes {
    /// Gathers the endpoints by path; what is more particular goes first, whatever the order here.
    pub fn new(endpoints: impl IntoIterator<Item = Endpoint>) -> Self {
        let mut groups: Vec<PathGroup> = Vec::new();
        for endpoint in endpoints {
            let template = Template::parse(&endpoint.path);
            match groups.iter_mut().find(|group| group.template == template) {
                Some(group) => group.endpoints.push(endpoint),
                None => groups.push(PathGroup {
                    template,
                    path: endpoint.path.clone(),
                    endpoints: vec![endpoint],
                }),
            }
        }
        groups.sort_by(|one, other| one.template.precedence(&other.template));
        Self(groups)
    }

    /// The path as its route spells it: any case, with or without a slash at the end. `None` if there is
    /// nothing to change, also when no route matches.
    pub fn spell(&self, path: &str) -> Option<String> {
        let mut segments: Vec<&str> = split(path).collect();
        let find = |segments: &[&str]| self.0.iter().find_map(|group| group.template.spell(segments));
        let spelled = find(&segments).or_else(|| {
            match segments.last() {
                // A lone `/` has nothing to lose.
                Some(last) if last.is_empty() && segments.len() > 1 => drop(segments.pop()),
                _ => segments.push(""),
            }
            find(&segments)
        });
        spelled.filter(|spelled| spelled != path)
    }

    /// Registers every route with actix. Other methods of a known path answer 405, `OPTIONS` answers
    /// what is allowed.
    pub fn configure(&self, config: &mut ServiceConfig) {
        for group in &self.0 {
            let allow = group.allow();
            let other_methods = move |request: actix_web::HttpRequest| {
                let answer = answer_other_methods(request.method(), &allow);
                async move { answer }
            };
            let resource =
                group.endpoints.iter().fold(web::resource(group.path.as_str()), |resource, endpoint| {
                    resource.route((endpoint.route)())
                });
            config.service(resource.default_service(web::to(other_methods)).wrap(from_fn(catch_panics)));
        }
    }

    /// The OpenAPI document of all documented routes.
    pub fn openapi(&self, server: &str) -> OpenApi {
        let documented = self.0.iter().flat_map(|group| &group.endpoints).filter_map(|endpoint| {
            let documentation = endpoint.documentation.as_ref()?;
            Some((endpoint.path.as_str(), &endpoint.method, documentation))
        });
        openapi::document(server, documented)
    }
}

fn answer_other_methods(method: &Method, allow: &str) -> Result<HttpResponse, ApiError> {
    if method == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header(("Allow", allow)).finish());
    }
    Err(Refusal::MethodNotAllowed { allow: allow.to_owned() }.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::http::app;

    #[test]
    fn no_method_of_a_path_has_two_handlers() {
        let mut seen = BTreeSet::new();
        for endpoint in app::endpoints() {
            let name = (endpoint.method.to_string(), endpoint.path);
            assert!(seen.insert(name.clone()), "{name:?} is there twice");
        }
    }

    #[test]
    fn paths_that_differ_in_the_names_of_parameters_only_are_spelled_alike() {
        for group in Routes::new(app::endpoints()).0 {
            for endpoint in group.endpoints {
                assert_eq!(endpoint.path, group.path);
            }
        }
    }

    #[test]
    fn no_two_schemas_share_a_name() {
        let mut seen: BTreeMap<String, Value> = BTreeMap::new();
        let documented = app::endpoints().into_iter().filter_map(|endpoint| endpoint.documentation);
        for (name, schema) in documented.flat_map(|documentation| documentation.schemas) {
            let schema = serde_json::to_value(schema).unwrap();
            let first = seen.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*first, schema, "two types are called {name}: use #[schema(as = …)]");
        }
    }
}
