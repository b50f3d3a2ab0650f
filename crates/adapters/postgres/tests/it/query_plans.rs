//! How PostgreSQL answers the statements of the queries in a world that is big enough to make it choose:
//! that none of them reads a big table from one end to the other, and that the indexes that were made for
//! a list carry it.

use std::collections::BTreeMap;

use goforme_postgres::queries::{PLANNING, ReadStatement, read_statements};
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

use crate::fresh::{database, intruder};

const BIG_WORLD: &str = include_str!("big_world.sql");

/// Tables that may be read whole: they have a row for each kind of plan (`plan_counts`), or a narrow one
/// for each maker, who have to be counted for the list of all (a thousand are in twelve pages).
const READ_WHOLE: [&str; 2] = ["plan_counts", "maker_stats"];

/// The indexes that carry each statement, beside the primary keys by which the rest of a page is joined.
/// Those of `maker::EVERYBODY` and `users_makers` are read from one end: of the first up to the end of the
/// page, of the other all names of makers.
const CARRIED_BY: [(&str, &[&str]); 32] = [
    ("maker::EVERYBODY, by reviews", &["maker_stats_by_reviews"]),
    ("maker::EVERYBODY, by rating", &["maker_stats_by_rating"]),
    ("maker::EVERYBODY, by confirms", &["maker_stats_by_confirms"]),
    ("maker::WITH_SERVICES, by reviews", &["profiles_of_makers"]),
    ("maker::WITH_SERVICES, by rating", &["profiles_of_makers"]),
    ("maker::WITH_SERVICES, by confirms", &["profiles_of_makers"]),
    ("maker::CALLED_BRIEFLY, by reviews", &["users_makers"]),
    ("maker::CALLED_BRIEFLY, by rating", &["users_makers"]),
    ("maker::CALLED_BRIEFLY, by confirms", &["users_makers"]),
    ("maker::CALLED, by reviews", &["users_makers_search"]),
    ("maker::CALLED, by rating", &["users_makers_search"]),
    ("maker::CALLED, by confirms", &["users_makers_search"]),
    ("maker::CARD", &["maker_stats_pkey", "follows_once"]),
    ("maker::FOLLOWED", &["follows_of_dreamer"]),
    ("plan::COUNT_BY_AREA", &[]),
    ("plan::COUNT_BY_TRIP_TYPE", &[]),
    ("plan::OF_DREAMER", &["plans_of_dreamer", "reviews_one_per_plan", "plan_assignees_pkey"]),
    ("plan::PLAN", &["plans_pkey", "plan_assignees_pkey"]),
    (
        "open_plans::SERVED_RECENT",
        &["plans_open_by_recency", "plans_open_by_type", "quotes_undecided_of_maker"],
    ),
    ("open_plans::SERVED_SOONEST", &["plans_open_by_day", "plans_open_by_type", "quotes_undecided_of_maker"]),
    ("open_plans::FOUND_BRIEFLY", &["plans_open_by_type", "quotes_undecided_of_maker"]),
    (
        "open_plans::FOUND",
        &[
            "plans_open_title_search",
            "users_dreamers_search",
            "plans_of_dreamer",
            "quotes_undecided_of_maker",
        ],
    ),
    ("open_plans::ASKED", &["plan_assignees_of_maker", "quotes_undecided_of_maker"]),
    ("quote::OF_PLAN", &["quotes_of_plan", "follows_once"]),
    ("quote::SENT", &["quotes_of_maker"]),
    ("quote::NOT_CHOSEN", &["quotes_undecided_of_maker"]),
    ("quote::QUOTE", &["quotes_pkey"]),
    ("review::WRITTEN", &["reviews_of_writer"]),
    ("review::ABOUT", &["reviews_of_owner", "reviews_ratings"]),
    ("user::ME", &["users_pkey", "point_accounts_pkey"]),
    ("user::PROFILE", &["profiles_pkey"]),
    ("point::LOG", &["point_entries_of_account"]),
];

/// Somebody in the big world, whose connection plans as those of the store do.
async fn planner() -> Client {
    static WORLD: OnceCell<String> = OnceCell::const_new();
    let url = WORLD.get_or_init(|| async {
        let url = database().await;
        let filler = intruder(&url).await;
        filler.batch_execute(BIG_WORLD).await.unwrap();
        filler.batch_execute("VACUUM ANALYZE").await.unwrap();
        url
    });
    let client = intruder(url.await).await;
    for (name, value) in PLANNING {
        client.batch_execute(&format!("SET {name} = {value}")).await.unwrap();
    }
    client
}

/// Something that a parameter may be. Plans are made for any value, so it makes no difference.
fn value_of(parameter: &str) -> String {
    match parameter {
        "viewer" | "user" | "dreamer" | "maker" | "plan" | "quote" => format!("'{}'", Uuid::nil()),
        "limit" => "5".to_owned(),
        "offset" => "0".to_owned(),
        "by_day" | "only_confirmed" | "reviewed" => "true".to_owned(),
        "area" => "'SEOUL'".to_owned(),
        "areas" => "'{SEOUL,JEJU}'".to_owned(),
        "types" => "'{CULTURE}'".to_owned(),
        "statuses" => "'{PENDING}'".to_owned(),
        "ready_on" => "'2026-06-01'".to_owned(),
        "keyword" => "'서울'".to_owned(),
        "pattern" => "'%광장시장%'".to_owned(),
        unknown => panic!("nobody knows what {unknown} is"),
    }
}

/// What PostgreSQL would do to run the statement: the node of its plan at the top.
async fn plan_of(client: &Client, read: &ReadStatement) -> Value {
    let values: Vec<_> = read.parameters.iter().copied().map(value_of).collect();
    let values = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    let explain = format!("PREPARE asked AS {}; EXPLAIN (FORMAT JSON) EXECUTE asked {values}", read.sql);
    let answers =
        client.simple_query(&explain).await.unwrap_or_else(|error| panic!("{}: {error:?}", read.name));
    client.batch_execute("DEALLOCATE asked").await.unwrap();
    let plan = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let plan: Value = serde_json::from_str(plan.unwrap()).unwrap();
    plan[0]["Plan"].clone()
}

/// What the plan reads.
#[derive(Default)]
struct Scans {
    whole_tables: Vec<String>,
    indexes: Vec<String>,
}

impl Scans {
    fn of(plan: &Value) -> Self {
        let mut scans = Self::default();
        scans.add(plan);
        scans
    }

    fn add(&mut self, node: &Value) {
        let text = |field: &str| node[field].as_str().map(str::to_owned);
        if node["Node Type"] == "Seq Scan" {
            self.whole_tables.extend(text("Relation Name"));
        }
        self.indexes.extend(text("Index Name"));
        for below in node["Plans"].as_array().into_iter().flatten() {
            self.add(below);
        }
    }
}

/// What is wrong with the plans, a sentence for each.
async fn complaints(client: &Client) -> Vec<String> {
    let carried_by = BTreeMap::from(CARRIED_BY);
    let mut complaints = Vec::new();
    for read in read_statements() {
        let name = read.name;
        let scans = Scans::of(&plan_of(client, &read).await);
        for table in scans.whole_tables {
            if !READ_WHOLE.contains(&&*table) {
                complaints.push(format!("{name} reads all of {table}"));
            }
        }
        let Some(indexes) = carried_by.get(name) else {
            complaints.push(format!("nobody knows what carries {name}"));
            continue;
        };
        for index in *indexes {
            if !scans.indexes.iter().any(|used| used == index) {
                complaints.push(format!("{name} does without {index}"));
            }
        }
    }
    complaints
}

#[tokio::test]
async fn no_statement_reads_a_big_table_whole_and_each_is_carried_by_its_indexes() {
    let complaints = complaints(&planner().await).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// So that the test above is known to see something.
#[tokio::test]
async fn an_index_that_is_missing_is_noticed() {
    let client = planner().await;
    for (index, expected) in [
        ("quotes_of_plan", "quote::OF_PLAN does without quotes_of_plan"),
        ("reviews_of_writer", "review::WRITTEN reads all of reviews"),
        ("plans_open_title_search", "open_plans::FOUND does without plans_open_title_search"),
    ] {
        client.batch_execute(&format!("BEGIN; DROP INDEX {index}")).await.unwrap();
        let complaints = complaints(&client).await;
        client.batch_execute("ROLLBACK").await.unwrap();
        assert!(complaints.iter().any(|complaint| complaint == expected), "{complaints:#?}");
    }
}
