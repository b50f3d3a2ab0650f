//! Compares answers with the contract: what it fixes must be there, and more may be.

use chrono::{DateTime, NaiveDateTime};
use serde_json::{Value, json};
use testkit::people::maker_profile;
use testkit::{Answer, User};
use uuid::Uuid;

/// Any UUIDv7.
pub const ID: &str = "<id>";
/// Any time as the contract writes it.
pub const TIME: &str = "<time>";
/// Any whole number.
pub const NUMBER: &str = "<number>";
/// Any text that is not empty.
pub const TEXT: &str = "<text>";

/// What can be held against a pattern: objects have at least the pattern's fields, lists exactly its
/// entries; the constants above stand for any value of their kind, and everything else for itself.
pub trait Like {
    /// Fails the test, with the path of what differs, unless this is like `pattern`.
    fn is_like(&self, pattern: &Value);

    /// Whether it is, for tests that go on.
    fn matches(&self, pattern: &Value) -> bool;
}

impl Like for Value {
    #[track_caller]
    fn is_like(&self, pattern: &Value) {
        if let Err(difference) = compare(self, pattern, "$") {
            panic!("{difference}, in {self}");
        }
    }

    fn matches(&self, pattern: &Value) -> bool {
        compare(self, pattern, "$").is_ok()
    }
}

impl Like for Answer {
    #[track_caller]
    fn is_like(&self, pattern: &Value) {
        if let Err(difference) = compare(&self.json, pattern, "$") {
            panic!("{}: {difference}, in {}", self.request, self.text);
        }
    }

    fn matches(&self, pattern: &Value) -> bool {
        self.json.matches(pattern)
    }
}

fn compare(actual: &Value, pattern: &Value, path: &str) -> Result<(), String> {
    match (actual, pattern) {
        (Value::Object(actual), Value::Object(pattern)) => pattern.iter().try_for_each(|(key, pattern)| {
            let actual = actual.get(key).ok_or_else(|| format!("{path}.{key} is missing"))?;
            compare(actual, pattern, &format!("{path}.{key}"))
        }),
        (Value::Array(actual), Value::Array(pattern)) if actual.len() == pattern.len() => actual
            .iter()
            .zip(pattern)
            .enumerate()
            .try_for_each(|(at, (actual, pattern))| compare(actual, pattern, &format!("{path}[{at}]"))),
        (actual, pattern) if stands_for(pattern, actual) => Ok(()),
        (actual, pattern) => Err(format!("{path} is {actual}, not {pattern}")),
    }
}

fn stands_for(pattern: &Value, actual: &Value) -> bool {
    match (pattern.as_str(), actual) {
        (Some(ID), Value::String(text)) => is_id(text),
        (Some(TIME), Value::String(text)) => is_time(text),
        (Some(TEXT), Value::String(text)) => !text.is_empty(),
        (Some(NUMBER), Value::Number(number)) => number.is_i64(),
        _ => pattern == actual,
    }
}

fn is_id(text: &str) -> bool {
    Uuid::parse_str(text).is_ok_and(|id| id.get_version_num() == 7)
}

fn is_time(text: &str) -> bool {
    // Three digits of milliseconds and a `Z`: the format alone would let one digit pass.
    text.len() == 24 && NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3fZ").is_ok()
}

/// The moment that a time of an answer means.
#[track_caller]
pub fn moment(time: &Value) -> DateTime<chrono::Utc> {
    let text = time.as_str().unwrap_or_default();
    assert!(is_time(text), "{time} is not a time");
    text.parse().unwrap()
}

/// The values of one field of each entry of a list.
#[track_caller]
pub fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a Value> {
    list.as_array().expect("a list").iter().map(|entry| &entry[field]).collect()
}

/// The card of a Maker with the profile that fixtures give them, whatever the statistics.
pub fn maker_card(maker: &User, area: &str) -> Value {
    let mut card = maker_profile(area);
    for (field, value) in [
        ("id", json!(maker.id)),
        ("nickName", json!(maker.nick_name)),
        ("totalReviews", json!(NUMBER)),
        ("totalFollows", json!(NUMBER)),
        ("totalConfirms", json!(NUMBER)),
    ] {
        card[field] = value;
    }
    card
}
