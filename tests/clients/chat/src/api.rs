//! The HTTP side: logging in, and what there is before a socket is opened.

use std::time::Duration;

use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::goforme_v1::Message;
use crate::site::Site;

/// The HTTP API of one server.
#[derive(Debug, Clone)]
pub struct Api {
    site: Site,
    client: Client,
}

/// Why a request had no good answer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{what} could not be asked: {why}")]
    Unreachable { what: String, why: String },
    #[error("{what} answered {status}: {message} ({code})")]
    Refused { what: String, status: u16, code: String, message: String },
    #[error("{what} answered {status}, but nothing that can be read: {why}")]
    Unreadable { what: String, status: u16, why: String },
}

impl Refusal {
    /// Whether the same request may well succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => *status >= 500 || *status == 429,
            Self::Unreadable { .. } => false,
        }
    }
}

/// The account itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: String,
}

/// A room, as lists show it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    pub id: String,
    pub plan_title: String,
    pub is_active: bool,
    pub last_chat: Option<String>,
    pub users: Vec<Member>,
}

/// Somebody in a room.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub id: String,
    pub nick_name: String,
}

/// A part of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub total_count: u64,
    pub list: Vec<T>,
}

/// What every refusal says, whatever else it says.
#[derive(Debug, Deserialize)]
struct Problem {
    code: String,
    message: String,
}

impl Api {
    /// How long a request may take: a log-in waits for its turn when many log in at once.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// The API there.
    pub fn new(site: Site) -> anyhow::Result<Self> {
        // What is asked for by address is not asked for through a proxy.
        let client = Client::builder().timeout(Self::PATIENCE).no_proxy().build()?;
        Ok(Self { site, client })
    }

    /// Where it is.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// An access token for the account.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<String, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct LoggedIn {
            access_token: String,
        }
        let account = json!({ "email": email, "password": password });
        let logged_in: LoggedIn = self.post("/auth/login", None, &account).await?;
        Ok(logged_in.access_token)
    }

    /// The account of the token.
    pub async fn me(&self, token: &str) -> Result<Me, Refusal> {
        self.get("/users/me", token).await
    }

    /// Up to a hundred of the account's rooms.
    pub async fn rooms(&self, token: &str) -> Result<Page<Room>, Refusal> {
        self.get("/chatRooms?pageSize=100", token).await
    }

    /// One of them.
    pub async fn room(&self, token: &str, id: &str) -> Result<Room, Refusal> {
        self.get(&format!("/chatRooms/{id}"), token).await
    }

    /// The room's last messages, oldest first.
    pub async fn latest(&self, token: &str, room: &str, count: u32) -> Result<Vec<Message>, Refusal> {
        let page: Page<Message> =
            self.get(&format!("/chatRooms/{room}/chats?pageSize={count}"), token).await?;
        let mut messages = page.list;
        messages.reverse();
        Ok(messages)
    }

    /// `GET`, with whatever is wanted of the answer.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, token: &str) -> Result<T, Refusal> {
        self.call(Method::GET, path, Some(token), None).await
    }

    /// `POST`, with whatever is wanted of the answer; [`Value`] takes an empty one, too.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Result<T, Refusal> {
        self.call(Method::POST, path, token, Some(body)).await
    }

    /// `PATCH`, likewise.
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Result<T, Refusal> {
        self.call(Method::PATCH, path, Some(token), Some(body)).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<T, Refusal> {
        let url = self.site.http(path);
        let what = format!("{method} {url}");
        let unreachable = |error: reqwest::Error| {
            let why = innermost(&error).to_string();
            Refusal::Unreachable { what: what.clone(), why }
        };
        let mut request = self.client.request(method, &url).header("Accept-Language", "en");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(unreachable)?;
        read(what.clone(), status.as_u16(), &bytes)
    }
}

/// What a library says last is why; before that it says what it was doing.
fn innermost(error: &dyn std::error::Error) -> &dyn std::error::Error {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner
}

fn read<T: DeserializeOwned>(what: String, status: u16, body: &[u8]) -> Result<T, Refusal> {
    // An empty answer is null.
    let body = if body.is_empty() { b"null" } else { body };
    if (200..300).contains(&status) {
        return serde_json::from_slice(body).map_err(|error| Refusal::Unreadable {
            what,
            status,
            why: error.to_string(),
        });
    }
    match serde_json::from_slice(body) {
        Ok(Problem { code, message }) => Err(Refusal::Refused { what, status, code, message }),
        Err(error) => Err(Refusal::Unreadable { what, status, why: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(status: u16, body: &str) -> Result<Value, String> {
        read("GET /x".to_owned(), status, body.as_bytes()).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn an_answer_is_what_it_holds_and_a_refusal_is_one_line() {
        assert_eq!(read_text(201, ""), Ok(Value::Null));
        assert_eq!(read_text(200, "[1]"), Ok(json!([1])));
        let refused = read_text(400, r#"{"code":"LOGIN_FAILED","message":"wrong","statusCode":400}"#);
        assert_eq!(refused, Err("GET /x answered 400: wrong (LOGIN_FAILED)".to_owned()));
        assert!(read_text(502, "<html>").unwrap_err().starts_with("GET /x answered 502, but nothing"));
    }
}
