//! The plans that a maker may quote on.

use application::queries::{MakerPlanFilter, MakerPlanList, PlanOrder, PlanView};
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::Row;
use diesel::sql_types::{self, Array, BigInt, Bool, Record, Text};
use kernel::{Page, PageOf, StoreError, TripType, UserId};

use super::plan::plan_columns;
use super::{Columns, PageRow, Shown, any_of, page_of};
use crate::database::Postgres;
use crate::row::Stored;
use crate::schema::sql_types as stored;
use crate::search::{Sought, folded};
use crate::sql::sql;

// Parameters: the maker, the limit, the offset, the trip types; then the keyword, and whether by day.

macro_rules! is_open {
    ($plans:literal) => {
        concat!($plans, ".status = 'PENDING' AND ", $plans, ".deleted_at IS NULL")
    };
}
/// The maker's quotes that may be on an open plan. They are gathered once, and not looked up for each plan.
macro_rules! is_undecided {
    () => {
        "quotes.maker_id = $1 AND quotes.deleted_at IS NULL AND quotes.confirmed_at IS NULL"
    };
}
/// The areas that the maker serves.
macro_rules! served {
    () => {
        "served AS MATERIALIZED (
            SELECT area FROM profiles CROSS JOIN unnest(service_areas) AS area WHERE user_id = $1)"
    };
}
/// The page out of `$open`, which has the columns of the order.
macro_rules! with_page {
    ($open:expr, $order:expr) => {
        concat!(
            " LEFT JOIN ((",
            $open,
            " ORDER BY ",
            $order,
            " LIMIT $2 OFFSET $3) AS page
                JOIN plans ON plans.id = page.id
                JOIN users AS dreamer ON dreamer.id = plans.dreamer_id) ON true
            ORDER BY ",
            $order
        )
    };
}

/// Every open plan in the maker's areas. Each area has its plans in the order of the list, and gives as
/// many of them as the page may need. Those that the maker has quoted on are taken from the counts, which
/// are far fewer than the plans that they are taken from.
macro_rules! all_served {
    ($order:literal) => {
        concat!(
            "WITH ",
            served!(),
            ", quoted AS MATERIALIZED (SELECT plans.id, plans.trip_type
                FROM quotes JOIN plans ON plans.id = quotes.plan_id
                WHERE ",
            is_undecided!(),
            " AND ",
            is_open!("plans"),
            " AND plans.service_area IN (SELECT area FROM served))
            SELECT counted.by_trip_type, ",
            plan_columns!("NULL::uuid"),
            " FROM (SELECT ARRAY(
                SELECT ROW(in_area.trip_type, in_area.plans)
                    FROM served CROSS JOIN LATERAL (SELECT trip_type, count(*) AS plans FROM plans
                        WHERE service_area = served.area AND ",
            is_open!("plans"),
            " GROUP BY trip_type) AS in_area
                UNION ALL SELECT ROW(trip_type, -count(*)) FROM quoted GROUP BY trip_type)
                AS by_trip_type) AS counted",
            with_page!(
                concat!(
                    "SELECT page.* FROM served CROSS JOIN LATERAL (
                        SELECT page.id, page.created_at, page.trip_date FROM plans AS page
                        WHERE service_area = served.area AND trip_type = ANY ($4) AND ",
                    is_open!("page"),
                    " AND page.id NOT IN (SELECT id FROM quoted) ORDER BY ",
                    $order,
                    " LIMIT $2::bigint + $3::bigint) AS page"
                ),
                $order
            )
        )
    };
}
pub(super) const SERVED_RECENT: &str = all_served!("page.created_at DESC, page.id DESC");
pub(super) const SERVED_SOONEST: &str = all_served!("page.trip_date, page.id DESC");

/// The open plans `$among` those that match, all of which are looked at.
macro_rules! found {
    ($with:expr, $among:expr) => {
        concat!(
            "WITH ",
            $with,
            " open AS MATERIALIZED (SELECT plans.id, plans.trip_type, plans.created_at, plans.trip_date FROM ",
            $among,
            " AND plans.id NOT IN (SELECT plan_id FROM quotes WHERE ",
            is_undecided!(),
            ")) SELECT counted.by_trip_type, ",
            plan_columns!("NULL::uuid"),
            " FROM (SELECT ARRAY(SELECT ROW(trip_type, count(*)) FROM open GROUP BY trip_type) AS by_trip_type)
                AS counted",
            with_page!(
                "SELECT page.id, page.created_at, page.trip_date FROM open AS page WHERE trip_type = ANY ($4)",
                "CASE WHEN $6 THEN page.trip_date END,
                    CASE WHEN NOT $6 THEN page.created_at END DESC, page.id DESC"
            )
        )
    };
}
/// Titles and nicknames out of their indexes, the areas thereafter.
pub(super) const FOUND: &str = found!(
    concat!(served!(), ", "),
    concat!(
        "(SELECT plans.* FROM plans WHERE title_key LIKE $5 AND ",
        is_open!("plans"),
        " UNION ALL SELECT plans.* FROM users JOIN plans ON plans.dreamer_id = users.id
            WHERE role = 'DREAMER' AND nick_name_key LIKE $5 AND title_key NOT LIKE $5 AND ",
        is_open!("plans"),
        ") AS plans WHERE plans.service_area IN (SELECT area FROM served)"
    )
);
/// Whether the title or the dreamer's nickname holds a keyword, without the index.
macro_rules! holds_keyword {
    () => {
        "(strpos(plans.title_key, $5) > 0 OR strpos(
            (SELECT nick_name_key FROM users WHERE users.id = plans.dreamer_id), $5) > 0)"
    };
}
/// For keywords too short for the index: all open plans of the areas are looked at.
pub(super) const FOUND_BRIEFLY: &str = found!(
    concat!(served!(), ", "),
    concat!(
        "served JOIN plans ON plans.service_area = served.area WHERE ",
        is_open!("plans"),
        " AND ",
        holds_keyword!()
    )
);
/// Those that asked the maker, in any area.
pub(super) const ASKED: &str = found!(
    "",
    concat!(
        "plan_assignees JOIN plans ON plans.id = plan_assignees.plan_id
        WHERE plan_assignees.maker_id = $1 AND ",
        is_open!("plans"),
        " AND ",
        holds_keyword!()
    )
);

impl Postgres {
    /// The plans that `maker` may quote on and that match.
    pub(super) async fn open_plans(
        &self,
        maker: UserId,
        filter: &MakerPlanFilter,
        page: Page,
    ) -> Result<MakerPlanList, StoreError> {
        let by_day = filter.order_by == PlanOrder::ScheduleFirst;
        let of_maker = |statement| {
            sql(statement)
                .bind::<sql_types::Uuid, _>(maker.to_uuid())
                .bind::<BigInt, _>(page.limit())
                .bind::<BigInt, _>(page.offset())
                .bind::<Array<stored::TripType>, _>(any_of(&filter.trip_types))
        };
        if filter.keyword.is_none() && !filter.only_assigned {
            let served = of_maker(if by_day { SERVED_SOONEST } else { SERVED_RECENT });
            return Ok(list_of(self.show_all(served).await?, filter));
        }
        let keyword = filter.keyword.as_deref().unwrap_or("");
        let (statement, text) = match Sought::of(keyword) {
            Some(_) if filter.only_assigned => (ASKED, folded(keyword)),
            Some(Sought::Like(like)) => (FOUND, like),
            Some(Sought::Brief(text)) => (FOUND_BRIEFLY, text),
            None => return Ok(list_of(Vec::new(), filter)),
        };
        let found = of_maker(statement).bind::<Text, _>(text).bind::<Bool, _>(by_day);
        Ok(list_of(self.show_all(found).await?, filter))
    }
}

fn list_of(rows: Vec<PageRow<ByTripType, PlanView>>, filter: &MakerPlanFilter) -> MakerPlanList {
    let (counted, list) = page_of(rows);
    let by_trip_type = counted.map_or(Vec::new(), |ByTripType(counts)| counts);
    let wanted = |kind| filter.trip_types.is_empty() || filter.trip_types.contains(kind);
    let total = by_trip_type.iter().filter(|(kind, _)| wanted(kind)).map(|(_, plans)| plans).sum();
    MakerPlanList { plans: PageOf { total, list }, by_trip_type }
}

/// How many plans of each type there are, those without any left out.
struct ByTripType(Vec<(TripType, i64)>);

impl Shown for ByTripType {
    /// A type may be counted in several parts, which are added up.
    fn read<'a>(columns: &mut Columns<'_, impl Row<'a, Pg>>) -> deserialize::Result<Self> {
        type Parts = Vec<(Stored<TripType>, i64)>;
        let parts = columns.value::<Array<Record<(stored::TripType, BigInt)>>, Parts>()?;
        let mut counts: Vec<(TripType, i64)> = Vec::new();
        for (Stored(kind), more) in parts {
            match counts.iter_mut().find(|(counted, _)| *counted == kind) {
                Some((_, plans)) => *plans += more,
                None => counts.push((kind, more)),
            }
        }
        counts.retain(|(_, plans)| *plans > 0);
        Ok(Self(counts))
    }
}
