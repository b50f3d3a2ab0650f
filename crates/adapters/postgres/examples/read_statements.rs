//! Prints the statements of the lists and details as JSON, for those who ask the server by themselves:
//! `cargo run --package goforme-postgres --example read_statements`.
//!
//! `settings` is what a connection is set to before it asks (`PGOPTIONS` of the same makes the plans the
//! same); each of `statements` has a `name`, its `sql` with `$1`, `$2` … and its `parameters` in that order.

use goforme_postgres::queries::read_statements;
use serde_json::json;

fn main() {
    let statements: Vec<_> = read_statements()
        .into_iter()
        .map(|read| json!({ "name": read.name, "sql": read.sql, "parameters": read.parameters }))
        .collect();
    println!("{:#}", json!({ "statements": statements }));
}
