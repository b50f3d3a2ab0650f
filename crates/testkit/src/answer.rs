//! What came back for a request.

use std::ops::Index;

use reqwest::header::{HeaderMap, SET_COOKIE};
use serde_json::Value;

/// An answer that was read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, such as `GET /users/me`, for messages.
    pub request: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; `null` if it isn't JSON.
    pub json: Value,
}

impl Answer {
    pub(crate) async fn read(request: String, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = match response.text().await {
            Ok(text) => text,
            Err(error) => panic!("{request}: the body of the answer broke off: {error}"),
        };
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { request, status, headers, text, json }
    }

    /// The same answer, if it has this status; else the test fails and shows the body.
    #[expect(clippy::return_self_not_must_use, reason = "the status may be all that matters")]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let Self { request, status: was, text, .. } = &self;
        assert!(*was == status, "{request} answered {was}, not {status}: {text}");
        self
    }

    /// A refusal of this status with this stable code; else the test fails and shows the body.
    #[expect(clippy::return_self_not_must_use, reason = "the refusal may be all that matters")]
    #[track_caller]
    pub fn expect_refusal(self, status: u16, code: &str) -> Self {
        let refused = self.expect(status);
        assert!(
            refused.json["code"] == code,
            "{} was not refused as {code}: {}",
            refused.request,
            refused.text
        );
        refused
    }

    /// A field of the JSON body that has to be a text.
    #[track_caller]
    pub fn text_of(&self, field: &str) -> String {
        match self.json[field].as_str() {
            Some(text) => text.to_owned(),
            None => panic!("{} answered without a text `{field}`: {}", self.request, self.text),
        }
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of a cookie that the answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all(SET_COOKIE).iter().find_map(|cookie| {
            let (pair, _attributes) = cookie.to_str().ok()?.split_once(';')?;
            let (its_name, value) = pair.split_once('=')?;
            (its_name == name).then(|| value.to_owned())
        })
    }
}

/// `answer["list"]` is short for `answer.json["list"]`.
impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.json[field]
    }
}
