//! Every statement of the queries, for those who look at their plans or measure how fast the server alone
//! answers them.

use diesel::pg::Pg;
use uuid::Uuid;

use super::{maker, open_plans, plan, point, quote, review, user};
use crate::connector;
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

/// What a connection is set to before it runs them: names and values, as `SET` takes them.
pub const PLANNING: [(&str, &str); 2] = connector::PLANNING;

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use application::queries::{
        DreamerPlanFilter, MakerFilter, MakerOrder, MakerPlanFilter, MakerQueries, PlanOrder, PlanQueries,
        PointQueries, QuoteQueries, ReviewQueries, UserQueries,
    };
    use kernel::{Page, ServiceArea};
    use user::testing::ids;

    use super::read_statements;
    use crate::database::Postgres;
    use crate::sql::{Prepared, sql, testing};

    #[derive(diesel::QueryableByName)]
    struct Kept {
        #[diesel(sql_type = diesel::sql_types::Text)]
        statement: String,
        #[diesel(sql_type = diesel::sql_types::Integer)]
        parameters: i32,
    }

    async fn ask_for_makers(store: &Postgres) {
        let page = Page::new(1, 5).unwrap();
        for order_by in [MakerOrder::Reviews, MakerOrder::Ratings, MakerOrder::Confirms] {
            for keyword in [None, Some("서울"), Some("walk")] {
                for service_areas in [vec![], vec![ServiceArea::Seoul]] {
                    let keyword = keyword.map(str::to_owned);
                    let filter = MakerFilter { order_by, keyword, service_areas, ..MakerFilter::default() };
                    MakerQueries::list(store, &filter, None, page).await.unwrap();
                }
            }
        }
        MakerQueries::find(store, ids().next(), None).await.unwrap();
        store.followed_by(ids().next(), page).await.unwrap();
    }

    async fn ask_for_plans(store: &Postgres) {
        let page = Page::new(1, 5).unwrap();
        for order_by in [PlanOrder::Recent, PlanOrder::ScheduleFirst] {
            for keyword in [None, Some("서울"), Some("walk")] {
                for only_assigned in [false, true] {
                    let keyword = keyword.map(str::to_owned);
                    let filter =
                        MakerPlanFilter { order_by, keyword, only_assigned, ..MakerPlanFilter::default() };
                    store.for_maker(ids().next(), &filter, page).await.unwrap();
                }
            }
            let filter = DreamerPlanFilter { order_by, ..DreamerPlanFilter::default() };
            store.of_dreamer(ids().next(), &filter, page).await.unwrap();
        }
        store.count_by_area().await.unwrap();
        store.count_by_trip_type(ServiceArea::Seoul).await.unwrap();
        PlanQueries::find(store, ids().next()).await.unwrap();
    }

    async fn ask_for_the_rest(store: &Postgres) {
        let page = Page::new(1, 5).unwrap();
        store.of_plan(ids().next(), ids().next(), false, page).await.unwrap();
        store.sent_by(ids().next(), page).await.unwrap();
        store.not_chosen_of(ids().next(), page).await.unwrap();
        QuoteQueries::find(store, ids().next()).await.unwrap();
        store.written_by(ids().next(), page).await.unwrap();
        store.about(ids().next(), page).await.unwrap();
        store.me(ids().next()).await.unwrap();
        store.profile(ids().next()).await.unwrap();
        store.log(ids().next(), page).await.unwrap();
    }

    /// What nobody looks at may be slow; and what nobody asks need not be looked at.
    #[tokio::test]
    async fn what_is_listed_is_what_the_queries_ask_and_each_is_kept() {
        let store = testing::store_with_one_connection().await;
        ask_for_makers(&store).await;
        ask_for_plans(&store).await;
        ask_for_the_rest(&store).await;
        let kept = || {
            Prepared(sql("SELECT statement, cardinality(parameter_types) AS parameters
                FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_%'"))
        };
        let shared: Vec<Kept> = store.reads().list(kept()).await.unwrap();
        let own: Vec<Kept> = store.connection().await.unwrap().list(kept()).await.unwrap();
        let kept = shared.iter().chain(&own);
        let asked: BTreeSet<_> = kept.map(|kept| (&*kept.statement, kept.parameters)).collect();
        let listed = read_statements();
        let listed: BTreeSet<_> =
            listed.iter().map(|read| (&*read.sql, i32::try_from(read.parameters.len()).unwrap())).collect();
        let differences: Vec<_> = asked.symmetric_difference(&listed).collect();
        assert!(differences.is_empty(), "{differences:#?}");
    }
}
