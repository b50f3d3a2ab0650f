//! What serde says about a value that it can't read, in the words of this API.

use kernel::Invalid;

/// What is wrong with a value, and with which field of it, if it isn't the value itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The field below the value: one that is missing, or given twice.
    pub field: Option<String>,
    /// What is wrong, as the end of a sentence.
    pub message: String,
}

impl Mistake {
    /// Understands a message of serde, of `serde_json` or of `serde_html_form`.
    pub fn read(said: &str) -> Self {
        let said = without_position(said);
        for (kind, message) in
            [("missing field `", "is required"), ("duplicate field `", "must be given once")]
        {
            if let Some(name) = said.strip_prefix(kind).and_then(|rest| rest.strip_suffix('`')) {
                return Self { field: Some(name.to_owned()), message: message.to_owned() };
            }
        }
        Self { field: None, message: message_of(said) }
    }
}

/// What is wrong with the value at `path` (as `serde_path_to_error` writes it), or with a field below.
/// The value as a whole is called `root`.
pub fn at(path: &str, root: &str, mistake: &Mistake) -> Invalid {
    let path = if path == "." { "" } else { path };
    let field = match (path, &mistake.field) {
        ("", None) => root.to_owned(),
        ("", Some(field)) => field.clone(),
        (path, None) => path.to_owned(),
        (path, Some(field)) => format!("{path}.{field}"),
    };
    Invalid::field(field, &mistake.message)
}

fn message_of(said: &str) -> String {
    if said.starts_with("UUID parsing failed") {
        return "must be an id".to_owned();
    }
    if said == "unsupported value" {
        return "must be given once".to_owned();
    }
    if said.starts_with("invalid digit found")
        || said.starts_with("cannot parse integer")
        || said.starts_with("number too")
    {
        return "must be a whole number".to_owned();
    }
    match (said.starts_with("invalid "), said.split_once(", expected ")) {
        (true, Some((_, expected))) => format!("must be {}", plain_type(expected)),
        _ => said.to_owned(),
    }
}

/// Rust's names for types, as a caller would call them.
fn plain_type(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "a sequence" => "a list",
        "f64" | "f32" => "a number",
        "a boolean" => "true or false",
        "a UUID string" | "a formatted UUID string" => "an id",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

/// Without the ` at line 1 column 7` of `serde_json`, which counts from the start of the value.
fn without_position(said: &str) -> &str {
    said.rsplit_once(" at line ").map_or(said, |(said, _)| said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_called_what_callers_call_them() {
        for (said, message) in [
            ("invalid type: string \"x\", expected i64 at line 1 column 9", "must be a whole number"),
            ("invalid type: null, expected a string at line 1 column 9", "must be a string"),
            ("invalid type: map, expected a sequence", "must be a list"),
            ("invalid digit found in string", "must be a whole number"),
            ("UUID parsing failed: invalid length at line 1 column 2", "must be an id"),
            ("unknown value; expected one of SEOUL", "unknown value; expected one of SEOUL"),
        ] {
            assert_eq!(Mistake::read(said), Mistake { field: None, message: message.to_owned() });
        }
    }

    #[test]
    fn a_missing_field_is_named_itself() {
        let missing = Mistake::read("missing field `email` at line 1 column 20");
        assert_eq!(missing.field.as_deref(), Some("email"));
        assert_eq!(at("user", "body", &missing), Invalid::field("user.email", "is required"));
        assert_eq!(at(".", "body", &missing), Invalid::field("email", "is required"));
    }
}
