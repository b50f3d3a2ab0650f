//! Prints the statements of the lists and details as JSON, for those who ask the server by themselves:
//! `cargo run --package goforme-postgres --example read_statements`.
//!
//! `settings` is what a connection is set to before it asks, as `PGOPTIONS`: with it the plans are those of
//! the store. Each of `statements` has a `name`, its `sql` with `$1`, `$2` … and its `parameters` in that
//! order; the same parameter is the same thing everywhere.

use goforme_postgres::queries::{PLANNING, read_statements};
use serde_json::json;

fn main() {
    let settings: Vec<_> = PLANNING.iter().map(|(name, value)| format!("-c {name}={value}")).collect();
    let statements: Vec<_> = read_statements()
        .into_iter()
        .map(|read| json!({ "name": read.name, "sql": read.sql, "parameters": read.parameters }))
        .collect();
    println!("{:#}", json!({ "settings": settings.join(" "), "statements": statements }));
}
