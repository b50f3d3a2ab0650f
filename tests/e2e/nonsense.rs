//! Everything that clients send although nobody should: bodies, values in them, queries, ids.

use serde_json::{Value, json};

/// A body with what it calls itself.
#[derive(Debug, Clone)]
pub struct Sent {
    /// For messages.
    pub what: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// Whether a route that reads a body must refuse this one.
    pub must_be_refused: bool,
}

const JSON: &str = "application/json";

/// Bodies that are wrong as a whole, whatever the route.
pub fn bodies() -> Vec<Sent> {
    let nested = |open: &str, close: &str, depth| format!("{}{}", open.repeat(depth), close.repeat(depth));
    let deep = format!("{{\"unknown\":{}}}", nested("[", "]", 100_000));
    [
        ("nothing", JSON, Vec::new()),
        ("a word", JSON, b"nonsense".to_vec()),
        ("null", JSON, b"null".to_vec()),
        ("a list", JSON, b"[]".to_vec()),
        ("a text", JSON, b"\"x\"".to_vec()),
        ("a number", JSON, b"1".to_vec()),
        ("half of an object", JSON, b"{\"nickName\":".to_vec()),
        ("more than an object", JSON, b"{}{}".to_vec()),
        ("bytes that are no text", JSON, b"\xff\xfe\x00\x00".to_vec()),
        ("a text of bytes that are none", JSON, b"{\"nickName\":\"\xff\xff\"}".to_vec()),
        ("half of a surrogate", JSON, b"{\"nickName\":\"\\ud800\"}".to_vec()),
        ("deep lists", JSON, nested("[", "]", 100_000).into_bytes()),
        ("deep objects", JSON, nested("{\"a\":", "}", 100_000).into_bytes()),
        ("a deep value of an unknown field", JSON, deep.into_bytes()),
        ("a form", "application/x-www-form-urlencoded", b"email=a%40example.com&password=x".to_vec()),
        ("a form without a boundary", "multipart/form-data", b"--x\r\n\r\n--x--".to_vec()),
        ("no form", "multipart/form-data; boundary=x", b"this is no form".to_vec()),
        ("half of a form", "multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-".to_vec()),
        ("a text that calls itself one", "text/plain", b"hello".to_vec()),
        ("what is called nonsense", ";;;", b"{".to_vec()),
        ("a page", "text/html; charset=nonsense", b"<html>".to_vec()),
    ]
    .map(|(what, content_type, bytes)| {
        // What an unknown field holds is nobody's business, as long as it is JSON.
        let must_be_refused = what != "half of a surrogate" && what != "a deep value of an unknown field";
        Sent { what: what.to_owned(), content_type, bytes, must_be_refused }
    })
    .into()
}

/// A body of ten mebibytes that is right but for its size.
pub fn ten_mebibytes() -> Vec<u8> {
    let mut body = b"{\"unknown\":\"".to_vec();
    body.resize((10 << 20) - 2, b'x');
    body.extend(b"\"}");
    body
}

/// The sample with one of its values after the other missing or replaced. `optional` are the fields that
/// may be missing or null.
pub fn variations(sample: &Value, optional: &[&str]) -> Vec<Sent> {
    let mut all = Vec::new();
    for pointer in pointers(sample) {
        let is_optional = optional.contains(&pointer.trim_start_matches('/'));
        let present = sample.pointer(&pointer).unwrap();
        all.push(sent(format!("without {pointer}"), without(sample, &pointer).to_string(), !is_optional));
        for (raw, must_be_refused) in replacements(present, is_optional) {
            // Some numbers and texts are no `Value`, so they are put in as they are.
            let mut marked = sample.clone();
            *marked.pointer_mut(&pointer).unwrap() = json!("@@");
            let body = marked.to_string().replacen("\"@@\"", &raw, 1);
            let shown: String = raw.chars().take(40).collect();
            all.push(sent(format!("with {pointer} = {shown}"), body, must_be_refused));
        }
        all.push(sent(format!("with {pointer} twice"), twice(sample, &pointer), false));
    }
    all
}

fn sent(what: String, body: String, must_be_refused: bool) -> Sent {
    Sent { what, content_type: JSON, bytes: body.into_bytes(), must_be_refused }
}

/// The places of all values in a sample but itself.
fn pointers(sample: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match sample {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(entries) => {
            entries.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let below = |(name, value): (String, &Value)| {
        let deeper = pointers(value).into_iter().map(|pointer| format!("/{name}{pointer}"));
        std::iter::once(format!("/{name}")).chain(deeper).collect::<Vec<_>>()
    };
    children.into_iter().flat_map(below).collect()
}

fn without(sample: &Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let mut sample = sample.clone();
    match sample.pointer_mut(parent).unwrap() {
        Value::Object(fields) => drop(fields.remove(name)),
        Value::Array(entries) => drop(entries.remove(name.parse().unwrap())),
        _ => unreachable!("only objects and lists have something in them"),
    }
    sample
}

/// The sample with one key given twice.
fn twice(sample: &Value, pointer: &str) -> String {
    let name = pointer.rsplit_once('/').unwrap().1;
    let pair = format!("\"{name}\":");
    sample.to_string().replacen(&pair, &format!("{pair}null,{pair}"), 1)
}

/// What may stand in place of a value, and whether that must be refused.
fn replacements(present: &Value, is_optional: bool) -> Vec<(String, bool)> {
    const NUMBERS: [&str; 9] = [
        "0",
        "-1",
        "1.5",
        "1e400",
        "-1e400",
        "99999999999999999999999",
        "9223372036854775808",
        "1e18",
        "0.0",
    ];
    let long = format!("\"{}\"", "x".repeat(100_000));
    let mut all = vec![("null".to_owned(), !is_optional)];
    for raw in ["true", "[]", "{}", "[null]", "[[[[]]]]", "{\"a\":{}}", "[1]", "[\"NO_SUCH_VALUE\"]"] {
        // No list in any body may be empty or hold anything but names.
        all.push((raw.to_owned(), !(present.is_boolean() && raw == "true")));
    }
    // None of them is in the range of any number.
    all.extend(NUMBERS.map(|raw| (raw.to_owned(), true)));
    // No text may be empty, hold a NUL or be so long; others may pass for a text.
    let is_text = present.is_string();
    for (raw, passes) in [
        ("\"\"", false),
        ("\"\\u0000\"", false),
        ("\"a\\u0000b\"", false),
        (long.as_str(), false),
        ("\"\\ud800\"", false),
        ("\"NO_SUCH_VALUE\"", is_text),
        ("\"' OR 1=1; --\"", is_text),
        ("\"\\u202e\\u0007 \\ud83d\\udc7b\"", is_text),
    ] {
        all.push((raw.to_owned(), !passes));
    }
    all
}

/// Values of a query's parameter, as they stand in the URL, that are no number, no flag and no name.
pub const QUERY_VALUES: [&str; 16] = [
    "",
    "0",
    "-1",
    "1.5",
    "abc",
    "101x",
    "9223372036854775808",
    "99999999999999999999999999",
    "%00",
    "%ff%fe",
    "%",
    "%zz",
    "%F0%9F%91%BB",
    "null",
    "%5B%5D",
    "'%20OR%201=1",
];

/// Texts in a path that nobody has as an id, all but the first of them no ids at all.
pub fn ids() -> Vec<String> {
    [
        "01890000-0000-7000-8000-0000000fffff",
        "00000000-0000-0000-0000-000000000000",
        "x",
        "1",
        "-1",
        "null",
        "%00",
        "%ff",
        "%F0%9F%91%BB",
        "a%2Fb",
        "%20",
        "01890000-0000-7000-8000-0000000fffffx",
        "'%20OR%201=1",
        "%7B%7D",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(["x".repeat(4_000)])
    .collect()
}
