//! Every statement of the queries, for those who look at their plans or measure how fast the server alone
//! answers them.

use diesel::pg::Pg;
use uuid::Uuid;

use super::{maker, open_plans, plan, point, quote, review, user};
use crate::users::profile_of;

/// A statement that answers a list or a detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStatement {
    /// `module::CONSTANT`, and which of several where the constant is a list.
    pub name: &'static str,
    /// With `$1`, `$2` … for the parameters.
    pub sql: String,
    /// What the parameters are, in their order. The same name is the same thing in every statement.
    pub parameters: &'static [&'static str],
}

type Fixed = (&'static str, &'static str, &'static [&'static str]);

const FIXED: [Fixed; 31] = [
    ("maker::EVERYBODY, by reviews", maker::EVERYBODY[0], &["viewer", "limit", "offset"]),
    ("maker::EVERYBODY, by rating", maker::EVERYBODY[1], &["viewer", "limit", "offset"]),
    ("maker::EVERYBODY, by confirms", maker::EVERYBODY[2], &["viewer", "limit", "offset"]),
    (
        "maker::WITH_SERVICES, by reviews",
        maker::WITH_SERVICES[0],
        &["viewer", "limit", "offset", "areas", "types"],
    ),
    (
        "maker::WITH_SERVICES, by rating",
        maker::WITH_SERVICES[1],
        &["viewer", "limit", "offset", "areas", "types"],
    ),
    (
        "maker::WITH_SERVICES, by confirms",
        maker::WITH_SERVICES[2],
        &["viewer", "limit", "offset", "areas", "types"],
    ),
    (
        "maker::CALLED_BRIEFLY, by reviews",
        maker::CALLED_BRIEFLY[0],
        &["viewer", "limit", "offset", "areas", "types", "keyword"],
    ),
    (
        "maker::CALLED_BRIEFLY, by rating",
        maker::CALLED_BRIEFLY[1],
        &["viewer", "limit", "offset", "areas", "types", "keyword"],
    ),
    (
        "maker::CALLED_BRIEFLY, by confirms",
        maker::CALLED_BRIEFLY[2],
        &["viewer", "limit", "offset", "areas", "types", "keyword"],
    ),
    (
        "maker::CALLED, by reviews",
        maker::CALLED[0],
        &["viewer", "limit", "offset", "areas", "types", "pattern"],
    ),
    (
        "maker::CALLED, by rating",
        maker::CALLED[1],
        &["viewer", "limit", "offset", "areas", "types", "pattern"],
    ),
    (
        "maker::CALLED, by confirms",
        maker::CALLED[2],
        &["viewer", "limit", "offset", "areas", "types", "pattern"],
    ),
    ("maker::CARD", maker::CARD, &["viewer", "maker"]),
    ("maker::FOLLOWED", maker::FOLLOWED, &["dreamer", "limit", "offset"]),
    ("plan::COUNT_BY_AREA", plan::COUNT_BY_AREA, &[]),
    ("plan::COUNT_BY_TRIP_TYPE", plan::COUNT_BY_TRIP_TYPE, &["area"]),
    (
        "plan::OF_DREAMER",
        plan::OF_DREAMER,
        &["dreamer", "limit", "offset", "by_day", "statuses", "reviewed", "ready_on"],
    ),
    ("plan::PLAN", plan::PLAN, &["plan"]),
    ("open_plans::SERVED_RECENT", open_plans::SERVED_RECENT, &["maker", "limit", "offset", "types"]),
    ("open_plans::SERVED_SOONEST", open_plans::SERVED_SOONEST, &["maker", "limit", "offset", "types"]),
    (
        "open_plans::FOUND_BRIEFLY",
        open_plans::FOUND_BRIEFLY,
        &["maker", "limit", "offset", "types", "keyword", "by_day"],
    ),
    ("open_plans::FOUND", open_plans::FOUND, &["maker", "limit", "offset", "types", "pattern", "by_day"]),
    ("open_plans::ASKED", open_plans::ASKED, &["maker", "limit", "offset", "types", "keyword", "by_day"]),
    ("quote::OF_PLAN", quote::OF_PLAN, &["dreamer", "limit", "offset", "plan", "only_confirmed"]),
    ("quote::SENT", quote::SENT, &["maker", "limit", "offset"]),
    ("quote::NOT_CHOSEN", quote::NOT_CHOSEN, &["maker", "limit", "offset"]),
    ("quote::QUOTE", quote::QUOTE, &["quote"]),
    ("review::WRITTEN", review::WRITTEN, &["dreamer", "limit", "offset"]),
    ("review::ABOUT", review::ABOUT, &["maker", "limit", "offset"]),
    ("user::ME", user::ME, &["user"]),
    ("point::LOG", point::LOG, &["user", "limit", "offset"]),
];

/// Every statement of the queries.
pub fn read_statements() -> Vec<ReadStatement> {
    let mut statements: Vec<_> = FIXED
        .iter()
        .map(|&(name, sql, parameters)| ReadStatement { name, sql: sql.to_owned(), parameters })
        .collect();
    // Written by diesel, which appends the values.
    let profile = diesel::debug_query::<Pg, _>(&profile_of(Uuid::nil())).to_string();
    let sql = profile.split(" -- binds").next().unwrap_or_default().to_owned();
    statements.push(ReadStatement { name: "user::PROFILE", sql, parameters: &["user"] });
    statements
}
