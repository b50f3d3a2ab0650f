//! The routes that there are, by the OpenAPI document: what is tested for every route is tested for these.

use reqwest::Method;
use serde_json::Value;
use testkit::{Guest, TestApp};

/// An operation of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub method: Method,
    /// With its parameters in braces.
    pub path: String,
    pub query: Vec<Parameter>,
    pub takes_a_body: bool,
    /// Whether a guest may call it.
    pub is_public: bool,
}

/// A parameter of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub kind: Kind,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number, a name out of a few, true or false: most texts are none.
    Strict,
    /// Any text.
    Text,
}

impl Operation {
    /// As it is called in messages and tables.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether the path has a parameter.
    pub fn has_id(&self) -> bool {
        self.path.contains('{')
    }
}

/// Every operation of the document.
pub async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.get("/openapi.json", &Guest).await.expect(200).json;
    let paths = document["paths"].as_object().expect("the document has paths");
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| read(path, method, operation))
    });
    operations.collect()
}

fn read(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let query = parameters.iter().filter(|parameter| parameter["in"] == "query");
    let needs_token = operation["security"].as_array().is_some_and(|schemes| {
        !schemes.iter().any(|scheme| scheme.as_object().is_some_and(serde_json::Map::is_empty))
    });
    Operation {
        method: method.to_uppercase().parse().unwrap(),
        path: path.to_owned(),
        query: query.map(parameter).collect(),
        takes_a_body: operation.get("requestBody").is_some(),
        is_public: !needs_token,
    }
}

fn parameter(described: &Value) -> Parameter {
    let schema = &described["schema"];
    let is_text = schema["type"] == "string" && schema.get("enum").is_none();
    let kind = if is_text { Kind::Text } else { Kind::Strict };
    Parameter { name: described["name"].as_str().unwrap().to_owned(), kind }
}
