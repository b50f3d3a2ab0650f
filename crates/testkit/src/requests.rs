//! Requests to the server under test.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::answer::Answer;
use crate::app::TestApp;
use crate::people::User;

/// Whoever sends a request: a [`User`], a bare token (`str`), or a [`Guest`].
pub trait Caller {
    /// The bearer token to send.
    fn bearer(&self) -> Option<&str>;
}

/// Somebody without a token.
#[derive(Debug, Clone, Copy)]
pub struct Guest;

impl Caller for Guest {
    fn bearer(&self) -> Option<&str> {
        None
    }
}

impl Caller for str {
    fn bearer(&self) -> Option<&str> {
        Some(self)
    }
}

impl Caller for User {
    fn bearer(&self) -> Option<&str> {
        Some(&self.token)
    }
}

impl TestApp {
    /// `http://127.0.0.1:…/path` at the public port.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.serve.addresses().http)
    }

    /// The same with `ws://`.
    pub fn ws_url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.serve.addresses().http)
    }

    /// `http://127.0.0.1:…/path` at the admin port.
    pub fn admin_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.serve.addresses().admin)
    }

    /// A request to build on, for what the methods below can't send: headers, files, streams.
    pub fn request(&self, method: Method, path: &str, by: &(impl Caller + ?Sized)) -> RequestBuilder {
        let request = self.client.request(method, self.url(path));
        match by.bearer() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads the answer to its end.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let name = format!("{} {}", request.method(), request.url().path());
        match self.client.execute(request).await {
            Ok(response) => Answer::read(name, response).await,
            Err(error) => panic!("{name} was not answered: {error:?}"),
        }
    }

    /// `GET`; `path` may have a query.
    pub async fn get(&self, path: &str, by: &(impl Caller + ?Sized)) -> Answer {
        self.send(self.request(Method::GET, path, by)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, by: &(impl Caller + ?Sized), body: Value) -> Answer {
        self.send(self.request(Method::POST, path, by).json(&body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, by: &(impl Caller + ?Sized), body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path, by).json(&body)).await
    }

    /// `DELETE` without a body.
    pub async fn delete(&self, path: &str, by: &(impl Caller + ?Sized)) -> Answer {
        self.send(self.request(Method::DELETE, path, by)).await
    }

    /// `DELETE` with a JSON body, as `/follow` has it.
    pub async fn delete_with(&self, path: &str, by: &(impl Caller + ?Sized), body: Value) -> Answer {
        self.send(self.request(Method::DELETE, path, by).json(&body)).await
    }
}
