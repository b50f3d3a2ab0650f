//! `schema.rs` is written by hand; here it is compared with the tables that the migrations make.

use std::collections::BTreeSet;

use crate::fresh::{database, intruder};

const SCHEMA: &str = include_str!("../../src/schema.rs");

/// Table, column, type as diesel calls it.
type Column = (String, String, String);

/// The columns that `schema.rs` tells diesel of.
fn declared() -> BTreeSet<Column> {
    let mut columns = BTreeSet::new();
    let mut table = None;
    for line in SCHEMA.lines().map(str::trim) {
        if let Some((name, sql_type)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let table = Option::clone(&table).unwrap();
            columns.insert((table, name.to_owned(), sql_type.to_owned()));
        } else if let Some((name, _keys)) = line.strip_suffix(" {").and_then(|line| line.split_once(" (")) {
            table = Some(name.to_owned());
        }
    }
    columns
}

/// The columns of the tables, and what their enums are called.
const COLUMNS: &str = "
    SELECT table_name::text, column_name::text, udt_name::text, is_nullable = 'YES'
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '%diesel%'";

async fn made_by_the_migrations() -> BTreeSet<Column> {
    let rows = intruder(&database().await).await.query(COLUMNS, &[]).await.unwrap();
    rows.iter()
        .map(|row| {
            let (sql_type, is_nullable) = (diesel_name(row.get(2)), row.get(3));
            let sql_type = if is_nullable { format!("Nullable<{sql_type}>") } else { sql_type };
            (row.get(0), row.get(1), sql_type)
        })
        .collect()
}

fn diesel_name(udt_name: &str) -> String {
    if let Some(element) = udt_name.strip_prefix('_') {
        return format!("Array<{}>", diesel_name(element));
    }
    let name = match udt_name {
        "bool" => "Bool",
        "bytea" => "Binary",
        "float8" => "Double",
        "int2" => "SmallInt",
        "int4" => "Integer",
        "int8" => "BigInt",
        // `plan_status` is `PlanStatus`, `date` is `Date`.
        other => return other.split('_').map(capitalised).collect(),
    };
    name.to_owned()
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[tokio::test]
async fn what_diesel_is_told_of_the_tables_is_what_they_are() {
    let (declared, made) = (declared(), made_by_the_migrations().await);
    assert!(declared.len() > 100);
    let differences: Vec<_> = declared.symmetric_difference(&made).collect();
    assert!(differences.is_empty(), "schema.rs and migrations/ differ in {differences:#?}");
}
