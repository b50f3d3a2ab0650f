//! How SQLite answers the statements: that none of them reads a table from one end to the other.

use rusqlite::{Connection, StatementStatus};

use super::{maker, open_plans, plan, point, quote, review, user};
use crate::connection::prepare;

/// Every statement of the queries, by name.
const ALL: [(&str, &str); 33] = [
    ("maker::HOW_MANY", maker::HOW_MANY),
    ("maker::MOST_REVIEWED", maker::MOST_REVIEWED),
    ("maker::BEST_RATED", maker::BEST_RATED),
    ("maker::MOST_CONFIRMED", maker::MOST_CONFIRMED),
    ("maker::MATCHING", maker::MATCHING),
    ("maker::CARDS", maker::CARDS),
    ("maker::CARD", maker::CARD),
    ("maker::HOW_MANY_FOLLOWED", maker::HOW_MANY_FOLLOWED),
    ("maker::FOLLOWED", maker::FOLLOWED),
    ("plan::COUNT_BY_AREA", plan::COUNT_BY_AREA),
    ("plan::COUNT_BY_TRIP_TYPE", plan::COUNT_BY_TRIP_TYPE),
    ("plan::OF_DREAMER", plan::OF_DREAMER),
    ("plan::OF_DREAMER_BY_DAY", plan::OF_DREAMER_BY_DAY),
    ("plan::PLANS", plan::PLANS),
    ("open_plans::AREAS", open_plans::AREAS),
    ("open_plans::SERVED_BY_TRIP_TYPE", open_plans::SERVED_BY_TRIP_TYPE),
    ("open_plans::SERVED_FEW, recent", open_plans::SERVED_FEW[0]),
    ("open_plans::SERVED_FEW, soonest", open_plans::SERVED_FEW[1]),
    ("open_plans::SERVED_MANY, recent", open_plans::SERVED_MANY[0]),
    ("open_plans::SERVED_MANY, soonest", open_plans::SERVED_MANY[1]),
    ("open_plans::FOUND_IN_AREAS", open_plans::FOUND_IN_AREAS),
    ("open_plans::FOUND_AMONG_ASKED", open_plans::FOUND_AMONG_ASKED),
    ("quote::HOW_MANY_OF_PLAN", quote::HOW_MANY_OF_PLAN),
    ("quote::OF_PLAN", quote::OF_PLAN),
    ("quote::SENT", quote::SENT),
    ("quote::NOT_CHOSEN", quote::NOT_CHOSEN),
    ("quote::QUOTES", quote::QUOTES),
    ("review::HOW_MANY_WRITTEN", review::HOW_MANY_WRITTEN),
    ("review::WRITTEN", review::WRITTEN),
    ("review::BY_RATING", review::BY_RATING),
    ("review::ABOUT", review::ABOUT),
    ("user::ME", user::ME),
    ("point::LOG", point::LOG),
];

/// Tables that are small whatever happens (`plan_counts` has a row for each kind of plan), or whose rows are
/// gathered to be read all at once (`maker_list`).
const READ_WHOLE: [&str; 2] = ["plan_counts", "maker_list"];

/// Lists that may be long; they are read up to the end of the page, which takes that nothing is sorted.
const IN_ORDER: [&str; 9] = [
    maker::MOST_REVIEWED,
    maker::BEST_RATED,
    maker::MOST_CONFIRMED,
    maker::FOLLOWED,
    plan::OF_DREAMER,
    quote::OF_PLAN,
    review::WRITTEN,
    review::ABOUT,
    point::LOG,
];

#[test]
fn no_statement_reads_a_whole_table() {
    let connection = a_database();
    for (name, sql) in ALL {
        for step in steps(&connection, sql) {
            let Some(scanned) = step.strip_prefix("SCAN ") else { continue };
            let table = scanned.split(' ').next().unwrap();
            let is_list = scanned.contains("VIRTUAL TABLE") || table.starts_with("(subquery");
            assert!(is_list || READ_WHOLE.contains(&table), "{name}: {step}");
        }
    }
}

#[test]
fn long_lists_come_in_order_out_of_an_index() {
    let connection = a_database();
    for sql in IN_ORDER {
        let steps = steps(&connection, sql);
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?} for {sql}");
    }
}

/// A maker's list stops in each area once the page is full, which SQLite does if the areas are the outer
/// loop, the index of the inner one is in the order of the list, and the limit is a number.
#[test]
fn a_makers_list_goes_through_the_areas_in_the_order_of_the_page() {
    let connection = a_database();
    for statements in [open_plans::SERVED_FEW, open_plans::SERVED_MANY] {
        for (sql, index) in statements.iter().zip(["plans_open_by_recency", "plans_open_by_day"]) {
            let [areas, plans, ..] = &steps(&connection, sql)[..] else { panic!("no loops in {sql}") };
            assert!(areas.starts_with("SCAN served VIRTUAL TABLE"), "{areas}");
            assert_eq!(plans, &format!("SEARCH plans USING INDEX {index} (service_area=?)"));
            assert!(sql.contains("LIMIT 1"), "{sql}");
        }
    }
}

/// Compiling takes longer than running, and SQLite by itself would do it for every other page.
#[test]
fn no_statement_is_compiled_again_for_other_values() {
    let connection = a_database();
    for (name, sql) in ALL {
        let mut statement = connection.prepare(sql).unwrap();
        for value in [3_i64, 1, 2] {
            for parameter in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(parameter, value).unwrap();
            }
            let mut rows = statement.raw_query();
            while rows.next().unwrap().is_some() {}
            drop(rows);
            statement.clear_bindings();
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{name}");
    }
}

fn a_database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    prepare(&connection).unwrap();
    crate::schema::migrate(&mut connection).unwrap();
    connection
}

/// What SQLite would do to run the statement, step by step.
fn steps(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    statement.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>().unwrap()
}
